(** Equation 14: real powers of non-negative numbers and p-norms on a finite index. *)
From Coq Require Import Reals Lra Lia.
From ManyFaces Require Import Spaces.
Open Scope R_scope.

(** x^p for x >= 0 and p > 0; [Rpower] takes the power of a positive number. *)
Definition power (x p : R) := if Rle_dec x 0 then 0 else Rpower x p.
Definition p_norm (n : nat) (p : R) (v : nat -> R) := power (sum n (fun i => power (Rabs (v i)) p)) (/ p).

Lemma power_zero p : power 0 p = 0.
Proof. unfold power. destruct Rle_dec; lra. Qed.

Lemma power_pos x p : 0 < x -> power x p = Rpower x p.
Proof. intros P. unfold power. destruct Rle_dec; [lra|reflexivity]. Qed.

Lemma power_nonneg x p : 0 <= power x p.
Proof. unfold power. destruct Rle_dec; [lra|]. left. apply exp_pos. Qed.

Lemma test_power : power 9 (/ 2) = 3 /\ p_norm 2 1 (fun i => match i with O => 2 | _ => -3 end) = 5.
Proof.
  split.
  - rewrite power_pos by lra. rewrite Rpower_sqrt by lra. replace 9 with (3 * 3) by ring. apply sqrt_square. lra.
  - unfold p_norm. simpl. rewrite (Rabs_right 2), (Rabs_left (-3)), Rinv_1 by lra.
    rewrite (power_pos 2), (power_pos (- -3)), !Rpower_1, power_pos, Rpower_1 by lra. ring.
Qed.

(** The p-norm is at most the sum of absolute values. *)
Lemma power_share v S p : 0 <= v -> v <= S -> 0 < S -> 1 <= p -> power v p <= v * Rpower S (p - 1).
Proof.
  intros [P|<-] L PS H; [|rewrite power_zero; lra]. rewrite power_pos by exact P.
  replace p with (1 + (p - 1)) at 1 by ring. rewrite Rpower_plus, Rpower_1 by exact P.
  apply Rmult_le_compat_l; [lra|]. apply Rle_Rpower_l; lra.
Qed.

Lemma powers_sum n p v : 1 <= p -> (forall i, (i < n)%nat -> 0 <= v i) ->
  power (sum n (fun i => power (v i) p)) (/ p) <= sum n v.
Proof.
  intros H P. destruct (sum_nonneg n v P) as [S|Z].
  - assert (B : sum n (fun i => power (v i) p) <= Rpower (sum n v) p).
    { apply Rle_trans with (sum n (fun i => Rpower (sum n v) (p - 1) * v i)).
      - apply sum_le. intros i I. rewrite Rmult_comm. apply power_share; auto. apply (sum_term n v); auto.
      - rewrite sum_scale, Rmult_comm, <- (Rpower_1 (sum n v)) at 1 by exact S. rewrite <- Rpower_plus. right. f_equal. ring. }
    destruct (Rle_lt_dec (sum n (fun i => power (v i) p)) 0) as [N|N].
    + unfold power at 1. destruct Rle_dec; lra.
    + rewrite power_pos by exact N. apply Rle_trans with (Rpower (Rpower (sum n v) p) (/ p)).
      * apply Rle_Rpower_l; [left; apply Rinv_0_lt_compat; lra|lra].
      * rewrite Rpower_mult, Rinv_r, Rpower_1; lra.
  - rewrite <- Z. rewrite (sum_ext n _ (fun _ => 0)); [rewrite sum_zero, power_zero; lra|].
    intros i I. pose proof (sum_term n v i P I) as T. specialize (P i I). replace (v i) with 0 by lra. apply power_zero.
Qed.

Theorem eq_14 : forall a b p : R, 0 <= a -> 0 <= b -> 1 <= p -> power (power a p + power b p) (/ p) <= a + b.
Proof.
  intros a b p A B H. pose proof (powers_sum 2 p (fun i => match i with O => a | _ => b end) H) as K. simpl in K.
  rewrite !Rplus_0_l in K. apply K. intros [|i] _; assumption.
Qed.
