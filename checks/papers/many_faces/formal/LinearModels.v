(** Example 2: the binary cross-entropy of affine functions W x + b on separable data. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Euclid Hyperplanes Losses Entropy.
Open Scope R_scope.

(** The margins of the examples (x_k, y_k) of R^n, and their mean loss. *)
Definition margin_at (n : nat) (x : nat -> nat -> R) (y : nat -> R) (w : nat -> R) (b : R) (k : nat) := y k * affine n w b (x k).
Definition affine_loss (n p : nat) (x : nat -> nat -> R) (y : nat -> R) (w : nat -> R) (b : R) := mean p (fun k => bce (margin_at n x y w b k)).
Definition binary (p : nat) (y : nat -> R) := forall k, (k < p)%nat -> y k = 1 \/ y k = -1.
(** Affine functions that are right, strictly, at all examples. *)
Definition separates (n p : nat) (x : nat -> nat -> R) (y : nat -> R) (w : nat -> R) (b : R) :=
  forall k, (k < p)%nat -> 0 < margin_at n x y w b k.

(** (w, b) is lambda (v, c). *)
Definition multiple (n : nat) (w : nat -> R) (b lambda : R) (v : nat -> R) (c : R) := (forall i, (i < n)%nat -> w i = lambda * v i) /\ b = lambda * c.

Lemma test_multiple : multiple 1 (fun _ => 6) 2 2 (fun _ => 3) 1 /\ ~ multiple 1 (fun _ => 6) 2 2 (fun _ => 2) 1 /\
  ~ multiple 1 (fun _ => 6) 2 2 (fun _ => 3) 2.
Proof.
  unfold multiple. repeat split; try lra; intros [E F]; try specialize (E 0%nat ltac:(lia)); lra.
Qed.

(** The points -1 and 1 of these labels. *)
Definition ends (k _ : nat) : R := match k with O => -1 | _ => 1 end.
Definition end_labels (k : nat) : R := match k with O => -1 | _ => 1 end.

Lemma end_margins w b k : margin_at 1 ends end_labels w b k = w 0%nat + end_labels k * b.
Proof. unfold margin_at, affine, ends, end_labels. simpl. destruct k; ring. Qed.

Lemma test_margin : margin_at 1 ends end_labels (fun _ => 3) 1 0 = 2 /\ margin_at 1 ends end_labels (fun _ => 3) 1 1 = 4.
Proof. rewrite !end_margins. simpl. lra. Qed.

Lemma ends_separated : binary 2 end_labels /\ separates 1 2 ends end_labels (fun _ => 1) 0.
Proof. split; intros k _; [destruct k; simpl; auto|]. rewrite end_margins. lra. Qed.

Lemma margin_scale n x y w b t k : margin_at n x y (fun i => t * w i) (t * b) k = y k * (t * affine n w b (x k)).
Proof. unfold margin_at, affine. rewrite (sum_ext n _ (fun i => t * (w i * x k i))) by (intros; ring). rewrite sum_scale. ring. Qed.

Theorem ex_2_infimum : forall (n p : nat) (x : nat -> nat -> R) (y : nat -> R), (0 < p)%nat -> binary p y ->
  (exists w b, separates n p x y w b) ->
  is_glb_Rbar (fun r => exists w b, r = affine_loss n p x y w b) 0 /\ ~ exists w b, affine_loss n p x y w b = 0.
Proof.
  intros n p x y P _ [w [b H]].
  assert (Q : forall w b, 0 < affine_loss n p x y w b) by (intros; apply ex_2_positive, P).
  split; [|intros [v [c E]]; specialize (Q v c); lra]. split.
  - intros r [v [c ->]]. apply Rlt_le, Q.
  - intros l lower. destruct l as [l| |]; [|exact (lower _ (ex_intro _ w (ex_intro _ b eq_refl)))|exact I].
    apply (is_lim_le_loc (fun _ => l) (fun t => affine_loss n p x y (fun i => t * w i) (t * b)) p_infty);
      [|apply is_lim_const|].
    + exists 0. intros t _. apply (lower (affine_loss n p x y (fun i => t * w i) (t * b))). eauto.
    + apply (is_lim_ext (fun t => mean p (fun k => bce (y k * (t * affine n w b (x k)))))).
      * intros t. unfold affine_loss, mean. f_equal. apply sum_ext. intros k _. rewrite margin_scale. reflexivity.
      * apply (ex_2_sequence line p (fun k => affine n w b (x k)) y (fun t => t) P H).
Qed.

Lemma losses_vanish p (m : nat -> nat -> R) : (0 < p)%nat -> is_lim_seq (fun t => mean p (fun k => bce (m t k))) 0 <->
  forall k, (k < p)%nat -> is_lim_seq (fun t => m t k) p_infty.
Proof.
  intros P. pose proof (lt_0_INR p P) as Q. split.
  - intros lim k K. assert (B : is_lim_seq (fun t => bce (m t k)) 0).
    { apply (is_lim_seq_le_le (fun _ => 0) _ (fun t => INR p * mean p (fun k => bce (m t k)))).
      - intros t. split; [apply Rlt_le, bce_pos|]. rewrite mean_scale by exact P.
        apply (sum_term p (fun k => bce (m t k))); [intros; apply Rlt_le, bce_pos|exact K].
      - apply is_lim_seq_const.
      - replace (Finite 0) with (Rbar_mult (INR p) 0) by (simpl; f_equal; ring). apply is_lim_seq_scal_l, lim. }
    destruct (eq_16 _ (fun t => - m t k) B) as [_ [M _]].
    + apply (is_lim_seq_ext (fun t => bce (m t k))); [intros; rewrite Ropp_involutive; reflexivity|exact B].
    + apply is_lim_seq_opp in M. apply (is_lim_seq_ext (fun t => - - m t k)); [intros; apply Ropp_involutive|exact M].
  - intros H. assert (B : forall k, (k < p)%nat -> is_lim_seq (fun t => bce (m t k)) 0).
    { intros k K. apply (is_lim_seq_le_le_loc (fun _ => 0) _ (fun t => / m t k)).
      - specialize (H k K). apply is_lim_seq_spec in H. destruct (H 0) as [N L]. exists N. intros t T.
        split; [apply Rlt_le, bce_pos|apply Rlt_le, bce_below, L, T].
      - apply is_lim_seq_const.
      - apply (is_lim_seq_inv _ p_infty); [apply H, K|discriminate]. }
    assert (S : forall q, (q <= p)%nat -> is_lim_seq (fun t => sum q (fun k => bce (m t k))) 0).
    { induction q as [|q IH]; intros L; [apply is_lim_seq_const|]. simpl. replace (Finite 0) with (Finite (0 + 0)) by (f_equal; ring).
      apply is_lim_seq_plus'; [apply IH; lia|apply B; lia]. }
    unfold mean. replace (Finite 0) with (Rbar_mult 0 (/ INR p)) by (simpl; f_equal; ring). apply is_lim_seq_scal_r, S, le_n.
Qed.

(** The functions t x + 1. *)
Lemma ends_vanish : is_lim_seq (fun t => affine_loss 1 2 ends end_labels (fun _ => INR t) 1) 0.
Proof.
  apply (losses_vanish 2); [lia|]. intros k _. apply (is_lim_seq_ext (fun t => INR t + end_labels k)).
  - intros t. rewrite end_margins, Rmult_1_r. reflexivity.
  - eapply is_lim_seq_plus; [apply is_lim_seq_INR|apply is_lim_seq_const|]. reflexivity.
Qed.

Theorem ex_2_only : ~ forall (n p : nat) (x : nat -> nat -> R) (y : nat -> R) (w : nat -> nat -> R) (b : nat -> R),
  binary p y -> (exists v c, separates n p x y v c) -> is_lim_seq (fun t => affine_loss n p x y (w t) (b t)) 0 ->
  exists (v : nat -> R) (c : R) (lambda : nat -> R), separates n p x y v c /\ is_lim_seq lambda p_infty /\
    eventually (fun t => multiple n (w t) (b t) (lambda t) v c).
Proof.
  intros H. destruct ends_separated as [L D].
  destruct (H 1%nat 2%nat ends end_labels (fun t _ => INR t) (fun _ => 1) L) as [v [c [lambda [_ [_ [N E]]]]]].
  - exists (fun _ => 1), 0. exact D.
  - exact ends_vanish.
  - destruct (E N (le_n N)) as [A B]. destruct (E (S N) (le_S _ _ (le_n N))) as [A' B'].
    specialize (A 0%nat ltac:(lia)). specialize (A' 0%nat ltac:(lia)). rewrite S_INR in A'.
    assert (c <> 0) by (intros Z; rewrite Z in B; lra).
    assert (G : lambda (S N) = lambda N) by (apply Rmult_eq_reg_r with c; lra). rewrite G in A'. lra.
Qed.

Theorem ex_2_only_amended : forall (n p : nat) (x : nat -> nat -> R) (y : nat -> R) (w : nat -> nat -> R) (b : nat -> R),
  binary p y -> (exists i, (i < p)%nat /\ y i = 1) -> (exists j, (j < p)%nat /\ y j = -1) ->
  let vanishes := is_lim_seq (fun t => affine_loss n p x y (w t) (b t)) 0 in
  (vanishes <-> forall k, (k < p)%nat -> is_lim_seq (fun t => margin_at n x y (w t) (b t) k) p_infty) /\
  (vanishes -> is_lim_seq (fun t => length2 n (w t)) p_infty).
Proof.
  intros n p x y w b _ [i [I Yi]] [j [J Yj]] vanishes.
  assert (G : vanishes <-> forall k, (k < p)%nat -> is_lim_seq (fun t => margin_at n x y (w t) (b t) k) p_infty) by (apply losses_vanish; lia).
  split; [exact G|]. intros V. pose proof (proj1 G V) as M. set (z := fun q => x i q + - 1 * x j q).
  pose proof (length2_nonneg n z) as D.
  apply (is_lim_seq_le_p_loc (fun t => / (length2 n z + 1) * (margin_at n x y (w t) (b t) i + margin_at n x y (w t) (b t) j))).
  - pose proof (M i I) as Mi. pose proof (M j J) as Mj. apply is_lim_seq_spec in Mi, Mj. destruct (Mi 0) as [N HN], (Mj 0) as [N' HN'].
    exists (N + N')%nat. intros t T. specialize (HN t ltac:(lia)). specialize (HN' t ltac:(lia)).
    apply Rmult_le_reg_l with (length2 n z + 1); [lra|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
    assert (E : margin_at n x y (w t) (b t) i + margin_at n x y (w t) (b t) j = dot n (w t) z).
    { unfold margin_at, affine, z. rewrite Yi, Yj, dot_plus, dot_scale. unfold dot. ring. }
    pose proof (cauchy_length2 n (w t) z) as C. pose proof (Rle_abs (dot n (w t) z)). pose proof (length2_nonneg n (w t)). nra.
  - replace p_infty with (Rbar_mult (/ (length2 n z + 1)) p_infty).
    + apply is_lim_seq_scal_l. eapply is_lim_seq_plus; [apply M, I|apply M, J|]. reflexivity.
    + assert (0 < / (length2 n z + 1)) by (apply Rinv_0_lt_compat; lra). simpl. destruct Rle_dec; [destruct Rle_lt_or_eq_dec|]; reflexivity || lra.
Qed.

Lemma ex_2_infimum_inhabited : ltac:(inhabited ex_2_infimum).
Proof.
  destruct ends_separated as [L S]. exists 1%nat, 2%nat, ends, end_labels. split; [lia|]. split; [exact L|].
  exists (fun _ => 1), 0. exact S.
Qed.

Lemma ex_2_only_amended_inhabited : ltac:(inhabited ex_2_only_amended).
Proof.
  destruct ends_separated as [L _].
  split; exists 1%nat, 2%nat, ends, end_labels, (fun t _ => INR t), (fun _ => 1); (split; [exact L|]); (split; [exists 1%nat; auto|]);
    (split; [exists 0%nat; auto|]); exact ends_vanish.
Qed.
