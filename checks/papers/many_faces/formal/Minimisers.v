(** Minimisers of the binary cross-entropy over L-Lipschitz functions: when there are some, and what they are. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses Entropy Risk.
Open Scope R_scope.

(** The loss is above its tangents, and touches each once. *)
Lemma bce_line s t : bce s - sigma (- s) * (t - s) <= bce t /\ (t <> s -> bce s - sigma (- s) * (t - s) < bce t).
Proof.
  set (p := sigma (- s)). assert (E : exp (bce t - bce s) = 1 - p + p * exp (- (t - s))).
  { unfold Rminus at 1. rewrite exp_plus, exp_Ropp, !exp_bce. unfold p, sigma. rewrite Ropp_involutive.
    replace (- t) with (- s + - (t - s)) by ring. rewrite exp_plus, (exp_Ropp s). pose proof (exp_pos s). field. split; lra. }
  assert (P : 0 < p /\ p < 1) by (unfold p; apply sigma_range).
  assert (K : forall r, 1 + r <= exp r /\ (r <> 0 -> 1 + r < exp r)).
  { intros r. destruct (Req_dec r 0) as [->|N]; [rewrite exp_0; split; [lra|intros X; lra]|].
    pose proof (exp_ineq1 r N). split; [lra|intros; assumption]. }
  assert (D : t <> s -> - (p * (t - s)) < bce t - bce s).
  { intros N. apply exp_lt_inv. rewrite E. set (r := t - s) in *. assert (R0 : r <> 0) by (unfold r; lra).
    pose proof (exp_pos (- (p * r))) as X.
    assert (A : exp (- (p * r)) * (1 + p * r) < 1).
    { pose proof (proj2 (K (p * r)) ltac:(intros Z; apply Rmult_integral in Z as [Z|Z]; lra)) as B.
      apply Rlt_le_trans with (exp (- (p * r)) * exp (p * r)); [apply Rmult_lt_compat_l; assumption|].
      rewrite <- exp_plus, Rplus_opp_l, exp_0. lra. }
    assert (B : exp (- (p * r)) * (1 - (1 - p) * r) <= exp (- r)).
    { replace (exp (- r)) with (exp (- (p * r)) * exp (- ((1 - p) * r))) by (rewrite <- exp_plus; f_equal; ring).
      apply Rmult_le_compat_l; [lra|]. pose proof (proj1 (K (- ((1 - p) * r)))). lra. }
    assert (exp (- (p * r)) = (1 - p) * (exp (- (p * r)) * (1 + p * r)) + p * (exp (- (p * r)) * (1 - (1 - p) * r))) by ring.
    nra. }
  split; [|intros N; specialize (D N); lra]. destruct (Req_dec t s) as [->|N]; [right; ring|].
  specialize (D N). lra.
Qed.

(** * A minimum is attained for finite samples with both labels *)

Section Attained.
Context {M : metric} (S : sample M) (L : R) (W : weighted S) (B : both_labels S) (PL : 0 <= L).

(** All points of the sample, in one row. *)
Definition places : nat := (many S + others S)%nat.
Definition place_of (i : nat) : M := if (i <? many S)%nat then x S i else z S (i - many S).

Lemma place_first i : (i < many S)%nat -> place_of i = x S i.
Proof. intros I. unfold place_of. destruct (Nat.ltb_spec i (many S)); [reflexivity|lia]. Qed.

Lemma place_second j : place_of (many S + j) = z S j.
Proof. unfold place_of. destruct (Nat.ltb_spec (many S + j) (many S)); [lia|]. f_equal. lia. Qed.

Lemma risk_nonneg f : 0 <= risk bce S f.
Proof.
  destruct W. unfold risk. apply Rplus_le_le_0_compat; apply sum_nonneg; intros; (apply Rmult_le_pos; [apply Rlt_le; auto|apply Rlt_le, bce_pos]).
Qed.

(** Functions of bounded risk are bounded on the sample. *)
Lemma values_bounded c : exists K, forall f i, lipschitz L f -> risk bce S f <= c -> (i < places)%nat -> - K <= f (place_of i) <= K.
Proof.
  destruct W as [Wp Wn], B as [Bp Bn].
  set (D := sum places (fun i => dist (place_of i) (x S 0%nat)) + sum places (fun i => dist (place_of i) (z S 0%nat))).
  assert (far : forall i, (i < places)%nat -> dist (place_of i) (x S 0%nat) <= D /\ dist (place_of i) (z S 0%nat) <= D).
  { intros i I. pose proof (sum_term places (fun i => dist (place_of i) (x S 0%nat)) i ltac:(intros; apply dist_nonneg) I).
    pose proof (sum_term places (fun i => dist (place_of i) (z S 0%nat)) i ltac:(intros; apply dist_nonneg) I).
    pose proof (sum_nonneg places (fun i => dist (place_of i) (x S 0%nat)) ltac:(intros; apply dist_nonneg)).
    pose proof (sum_nonneg places (fun i => dist (place_of i) (z S 0%nat)) ltac:(intros; apply dist_nonneg)). cbv beta in *. unfold D. lra. }
  exists (Rabs c / w S 0%nat + Rabs c / v S 0%nat + L * D). intros f i H R I. destruct (far i I) as [F1 F2].
  pose proof (Wp 0%nat Bp) as P1. pose proof (Wn 0%nat Bn) as P2. pose proof (Rle_abs c) as A. pose proof (Rabs_pos c) as A'.
  assert (N1 : forall i, (i < many S)%nat -> 0 <= w S i * bce (f (x S i))) by (intros k K; apply Rmult_le_pos; [apply Rlt_le, Wp, K|apply Rlt_le, bce_pos]).
  assert (N2 : forall j, (j < others S)%nat -> 0 <= v S j * bce (- f (z S j))) by (intros k K; apply Rmult_le_pos; [apply Rlt_le, Wn, K|apply Rlt_le, bce_pos]).
  pose proof (sum_term (many S) _ 0%nat N1 Bp) as T1. pose proof (sum_term (others S) _ 0%nat N2 Bn) as T2.
  pose proof (sum_nonneg _ _ N1). pose proof (sum_nonneg _ _ N2). unfold risk in R. cbv beta in T1, T2.
  pose proof (bce_above (f (x S 0%nat))) as U1. pose proof (bce_above (- f (z S 0%nat))) as U2.
  assert (V1 : - f (x S 0%nat) <= Rabs c / w S 0%nat).
  { apply Rmult_le_reg_r with (w S 0%nat); [exact P1|]. replace (Rabs c / w S 0%nat * w S 0%nat) with (Rabs c) by (field; lra). nra. }
  assert (V2 : f (z S 0%nat) <= Rabs c / v S 0%nat).
  { apply Rmult_le_reg_r with (v S 0%nat); [exact P2|]. replace (Rabs c / v S 0%nat * v S 0%nat) with (Rabs c) by (field; lra). nra. }
  assert (Q1 : 0 <= Rabs c / w S 0%nat) by (apply Rmult_le_pos; [exact A'|apply Rlt_le, Rinv_0_lt_compat, P1]).
  assert (Q2 : 0 <= Rabs c / v S 0%nat) by (apply Rmult_le_pos; [exact A'|apply Rlt_le, Rinv_0_lt_compat, P2]).
  pose proof (proj1 (lipschitz_le L f) H (x S 0%nat) (place_of i)) as G1. rewrite (dist_sym M) in G1.
  pose proof (proj1 (lipschitz_le L f) H (place_of i) (z S 0%nat)) as G2.
  pose proof (Rmult_le_compat_l L _ _ PL F1). pose proof (Rmult_le_compat_l L _ _ PL F2). lra.
Qed.

(** The infimum of the risks, and values at the first k points that are limits of those of functions of nearly that risk. *)
Lemma infimum : exists I, (forall f, lipschitz L f -> I <= risk bce S f) /\ forall e, 0 < e -> exists f, lipschitz L f /\ risk bce S f <= I + e.
Proof.
  destruct (completeness (fun r => exists f, lipschitz L f /\ r = - risk bce S f)) as [m [up least]].
  - exists 0. intros r [f [_ ->]]. pose proof (risk_nonneg f). lra.
  - exists (- risk bce S (fun _ => 0)), (fun _ => 0). split; [|reflexivity]. intros s t. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity.
    apply Rmult_le_pos; [exact PL|apply dist_nonneg].
  - exists (- m). split.
    + intros f H. specialize (up (- risk bce S f) ltac:(exists f; auto)). lra.
    + intros e P. apply NNPP. intros none. assert (m <= m - e); [|lra]. apply least. intros r [f [H ->]].
      destruct (Rle_lt_dec (risk bce S f) (- m + e)) as [C|C]; [destruct none; exists f; auto|lra].
Qed.

Lemma limits I : (forall e, 0 < e -> exists f, lipschitz L f /\ risk bce S f <= I + e) -> forall k, (k <= places)%nat ->
  exists u : nat -> R, forall e, 0 < e -> exists f, lipschitz L f /\ risk bce S f <= I + e /\
    forall i, (i < k)%nat -> Rabs (f (place_of i) - u i) <= e.
Proof.
  intros near. induction k; intros K.
  - exists (fun _ => 0). intros e P. destruct (near e P) as [f [H R]]. exists f. split; [exact H|]. split; [exact R|]. intros; lia.
  - destruct IHk as [u U]; [lia|]. destruct (values_bounded (I + 1)) as [b bounded].
    assert (P : forall t : nat, 0 < / (INR t + 1)) by (intros t; apply Rinv_0_lt_compat; pose proof (pos_INR t); lra).
    set (g := fun t => proj1_sig (constructive_indefinite_description _ (U _ (P t)))).
    assert (G : forall t, lipschitz L (g t) /\ risk bce S (g t) <= I + / (INR t + 1) /\
      forall i, (i < k)%nat -> Rabs (g t (place_of i) - u i) <= / (INR t + 1)) by (intros t; exact (proj2_sig (constructive_indefinite_description _ (U _ (P t))))).
    destruct (Bolzano_Weierstrass (fun t => g t (place_of k)) (fun c => - b <= c <= b) (compact_P3 (- b) b)) as [l A].
    + intros t. destruct (G t) as [H [R _]]. apply bounded; [exact H| |lia].
      assert (/ (INR t + 1) <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; pose proof (pos_INR t); lra). lra.
    + exists (fun i => if Nat.eqb i k then l else u i). intros e E. destruct (archimed_cor1 e E) as [N [N1 N2]].
      destruct (A (disc l (mkposreal e E)) N) as [t [T D]]; [exists (mkposreal e E); intros c C; exact C|].
      assert (small : / (INR t + 1) <= e).
      { apply Rle_trans with (/ INR N); [|lra]. apply Rinv_le_contravar; [apply lt_0_INR, N2|]. apply le_INR in T. lra. }
      destruct (G t) as [H [R C]]. exists (g t). split; [exact H|]. split; [lra|]. intros i J. destruct (Nat.eqb_spec i k) as [->|N3].
      * unfold disc in D. simpl in D. lra.
      * apply Rle_trans with (2 := small). apply C. lia.
Qed.

Lemma attained : exists f, minimises bce S L f.
Proof.
  destruct infimum as [I [low near]]. destruct (limits I near places (le_n _)) as [u U].
  assert (PP : (0 < places)%nat) by (destruct B; unfold places; lia).
  destruct (mcshane M (pred places) place_of u L PL) as [f [H [E _]]].
  - intros i j Hi Hj. assert (Hi' : (i < places)%nat) by lia. assert (Hj' : (j < places)%nat) by lia. apply Rnot_lt_le. intros N. set (e := (u i - u j - L * dist (place_of i) (place_of j)) / 4).
    destruct (U e ltac:(unfold e; lra)) as [g [G [_ C]]]. pose proof (C i Hi') as Ci. pose proof (C j Hj') as Cj.
    apply Rabs_le_between in Ci, Cj. pose proof (proj1 (lipschitz_le L g) G (place_of i) (place_of j)). unfold e in *. lra.
  - exists f. split; [exact H|]. intros h Hh. apply Rle_trans with I; [|apply low, Hh]. apply Rnot_lt_le. intros N.
    destruct W as [Wp Wn]. pose proof (masses S (conj Wp Wn) B) as [P1 P2]. set (m := mass_pos S + mass_neg S) in *.
    set (e := (risk bce S f - I) / (2 * (1 + m))). assert (PE : 0 < e) by (apply Rdiv_lt_0_compat; unfold m; lra).
    destruct (U e PE) as [g [G [R C]]].
    assert (close : risk bce S f <= risk bce S g + e * m).
    { unfold risk, m, mass_pos, mass_neg. rewrite Rmult_plus_distr_l, <- !sum_scale.
      assert (A1 : sum (many S) (fun i => w S i * bce (f (x S i))) <= sum (many S) (fun i => w S i * bce (g (x S i))) + sum (many S) (fun i => e * w S i)).
      { rewrite <- sum_plus. apply sum_le. intros i J. specialize (Wp i J). pose proof (C i ltac:(unfold places; lia)) as K.
        rewrite <- (E i) in K by (unfold places; lia). rewrite place_first in K by exact J.
        pose proof (bce_lipschitz (f (x S i)) (g (x S i))) as Q. rewrite (Rabs_minus_sym (f (x S i)) (g (x S i))) in Q.
        apply Rabs_le_between in Q. nra. }
      assert (A2 : sum (others S) (fun j => v S j * bce (- f (z S j))) <= sum (others S) (fun j => v S j * bce (- g (z S j))) + sum (others S) (fun j => e * v S j)).
      { rewrite <- sum_plus. apply sum_le. intros j J. specialize (Wn j J). pose proof (C (many S + j)%nat ltac:(unfold places; lia)) as K.
        rewrite <- (E (many S + j)%nat) in K by (unfold places; lia). rewrite place_second in K.
        pose proof (bce_lipschitz (- f (z S j)) (- g (z S j))) as Q.
        replace (- f (z S j) - - g (z S j)) with (g (z S j) - f (z S j)) in Q by ring.
        apply Rabs_le_between in Q. nra. }
      lra. }
    assert (e * (1 + m) = (risk bce S f - I) / 2) by (unfold e; field; unfold m; lra). lra.
Qed.
End Attained.
