(** The losses of the paper, and the inequalities of the binary cross-entropy (BCE) that its statements rest on. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces.
Open Scope R_scope.

(** Losses of the margin y f(x); [sigma] is the logistic function. *)
Definition sigma (t : R) := 1 / (1 + exp (- t)).
Definition bce (t : R) := ln (1 + exp (- t)).
Definition hinge (m t : R) := Rmax 0 (m - t).
Definition kr (t : R) := - t.
Definition hkr (lambda m t : R) := kr t + lambda * hinge m t.

(** The mean over the first [p] examples. *)
Definition mean (p : nat) (g : nat -> R) := sum p g / INR p.

Lemma exp_one t : 0 < 1 + exp t. Proof. pose proof (exp_pos t). lra. Qed.

Lemma bce_pos t : 0 < bce t.
Proof. unfold bce. rewrite <- ln_1. apply ln_increasing; pose proof (exp_pos (- t)); lra. Qed.

Lemma bce_decreasing s t : s < t -> bce t < bce s.
Proof. intros. unfold bce. apply ln_increasing; [apply exp_one|]. apply Rplus_lt_compat_l, exp_increasing. lra. Qed.

Lemma bce_antitone s t : s <= t -> bce t <= bce s.
Proof. intros [H| ->]; [apply Rlt_le, bce_decreasing, H|apply Rle_refl]. Qed.

Lemma bce_le_inv s t : bce t <= bce s -> s <= t.
Proof. intros H. apply Rnot_lt_le. intros K. apply bce_decreasing in K. lra. Qed.

Lemma exp_bce t : exp (bce t) = 1 + exp (- t).
Proof. apply exp_ln, exp_one. Qed.

Lemma bce_opposite t : bce (- t) = bce t + t.
Proof.
  apply exp_inv. rewrite exp_plus, !exp_bce, Ropp_involutive, Rmult_plus_distr_r, Rmult_1_l, <- exp_plus.
  rewrite Rplus_opp_l, exp_0. ring.
Qed.

Lemma bce_above t : - t < bce t.
Proof. pose proof (bce_pos (- t)) as H. rewrite bce_opposite in H. lra. Qed.

Lemma bce_zero : bce 0 = ln 2.
Proof. unfold bce. rewrite Ropp_0, exp_0. f_equal. Qed.

(** Midpoint convexity, and when there is equality: exp of both sides differs by a square. *)
Lemma bce_midpoint s t : exp (bce s + bce t) - exp (2 * bce ((s + t) / 2)) = Rsqr (exp (- s / 2) - exp (- t / 2)).
Proof.
  assert (E : forall u, exp u = exp (u / 2) * exp (u / 2)) by (intros; rewrite <- exp_plus; f_equal; lra).
  replace (2 * bce ((s + t) / 2)) with (bce ((s + t) / 2) + bce ((s + t) / 2)) by ring.
  rewrite !exp_plus, !exp_bce, (E (- s)), (E (- t)). replace (- ((s + t) / 2)) with (- s / 2 + - t / 2) by lra.
  rewrite exp_plus. unfold Rsqr. ring.
Qed.

Lemma bce_convex s t : 2 * bce ((s + t) / 2) <= bce s + bce t.
Proof.
  apply Rnot_lt_le. intros H. apply exp_increasing in H. pose proof (bce_midpoint s t).
  pose proof (Rle_0_sqr (exp (- s / 2) - exp (- t / 2))). lra.
Qed.

Lemma bce_convex_strict s t : bce s + bce t <= 2 * bce ((s + t) / 2) -> s = t.
Proof.
  intros H. pose proof (bce_midpoint s t) as D. rewrite (Rle_antisym _ _ H (bce_convex s t)) in D.
  rewrite Rminus_diag_eq in D by reflexivity. symmetry in D. apply Rsqr_0_uniq, Rminus_diag_uniq, exp_inv in D. lra.
Qed.

Lemma bce_tangent s : ln 2 - s / 2 <= bce s.
Proof.
  pose proof (bce_convex s (- s)) as H. rewrite bce_opposite in H.
  replace ((s + - s) / 2) with 0 in H by lra. rewrite bce_zero in H. lra.
Qed.

Lemma bce_derive t : is_derive bce t (- sigma (- t)).
Proof.
  unfold bce, sigma. auto_derive; [apply exp_one|]. rewrite Ropp_involutive, exp_Ropp.
  pose proof (exp_pos t). field. lra.
Qed.

Lemma sigma_range t : 0 < sigma t < 1.
Proof.
  unfold sigma. pose proof (exp_pos (- t)). split; [apply Rdiv_lt_0_compat; lra|].
  apply Rmult_lt_reg_r with (1 + exp (- t)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma sigma_increasing s t : s < t -> sigma s < sigma t.
Proof.
  intros H. unfold sigma, Rdiv. rewrite !Rmult_1_l. pose proof (exp_one (- s)). pose proof (exp_one (- t)).
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; lra|]. apply Rplus_lt_compat_l, exp_increasing. lra.
Qed.

Lemma sigma_opposite t : sigma (- t) = 1 - sigma t.
Proof.
  unfold sigma. rewrite Ropp_involutive, exp_Ropp. pose proof (exp_pos t). field. split; lra.
Qed.

(** Odds of a to b, as a logit: so labels of the chances a and b balance. *)
Lemma odds_balance a b : 0 < a -> 0 < b -> a * sigma (- ln (a / b)) = b * sigma (ln (a / b)).
Proof.
  intros P N. unfold sigma. rewrite Ropp_involutive, exp_Ropp, exp_ln by (apply Rdiv_lt_0_compat; assumption). field. lra.
Qed.

(** The loss falls by less than its slope at the start and by more than that at the end. *)
Lemma bce_fall t e : 0 < e -> e * sigma (- t) > bce t - bce (t + e) /\ bce t - bce (t + e) > e * sigma (- (t + e)).
Proof.
  intros P.
  (* the point of the mean value theorem may be an end: both halves of the step give strictness *)
  assert (mid : forall s d, 0 < d -> exists c, s <= c <= s + d /\ bce s - bce (s + d) = d * sigma (- c)).
  { intros s d D. destruct (MVT_gen bce s (s + d) (fun u => - sigma (- u))) as [k [J E]].
    - intros. apply bce_derive.
    - intros u _. apply derivable_continuous_pt. eexists. apply is_derive_Reals, bce_derive.
    - rewrite Rmin_left, Rmax_right in J by lra. exists k. split; [exact J|lra]. }
  destruct (mid t (e / 2) ltac:(lra)) as [k [K E]]. destruct (mid (t + e / 2) (e / 2) ltac:(lra)) as [k' [K' E']].
  replace (t + e / 2 + e / 2) with (t + e) in * by lra.
  assert (S : forall u v, u <= v -> sigma (- v) <= sigma (- u)).
  { intros u v [H| ->]; [apply Rlt_le, sigma_increasing; lra|apply Rle_refl]. }
  pose proof (S t k ltac:(lra)). pose proof (sigma_increasing (- (t + e / 2)) (- t) ltac:(lra)).
  pose proof (S (t + e / 2) k' ltac:(lra)). pose proof (S k (t + e / 2) ltac:(lra)).
  pose proof (sigma_increasing (- (t + e)) (- (t + e / 2)) ltac:(lra)). pose proof (S k' (t + e) ltac:(lra)).
  split; nra.
Qed.

Lemma bce_lipschitz s t : Rabs (bce s - bce t) <= Rabs (s - t).
Proof.
  assert (H : forall s t, s < t -> 0 <= bce s - bce t <= t - s).
  { intros u v L. pose proof (bce_decreasing u v L). destruct (bce_fall u (v - u)) as [K _]; [lra|].
    replace (u + (v - u)) with v in K by ring. pose proof (sigma_range (- u)). split; [lra|nra]. }
  destruct (Rtotal_order s t) as [L|[->|L]].
  - pose proof (H s t L). rewrite Rabs_right, Rabs_left1; lra.
  - rewrite !Rminus_diag_eq by reflexivity. apply Rle_refl.
  - pose proof (H t s L). rewrite Rabs_left1, Rabs_right; lra.
Qed.

Lemma test_hinge : hinge 1 (1 / 4) = 3 / 4 /\ hinge 1 2 = 0.
Proof. unfold hinge. split; [rewrite Rmax_right|rewrite Rmax_left]; lra. Qed.

Lemma test_hkr : hkr 10 1 (1 / 2) = - (1 / 2) + 5.
Proof. unfold hkr, kr, hinge. rewrite Rmax_right; lra. Qed.

Lemma test_sigma : sigma 0 = 1 / 2.
Proof. unfold sigma. rewrite Ropp_0, exp_0. lra. Qed.

Lemma test_mean : mean 4 INR = 3 / 2.
Proof. unfold mean. simpl. lra. Qed.
