(** Lemma 1: in how many ways half-spaces divide N points of R^n. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon FinFun.
From ManyFaces Require Import Spaces Counting Hyperplanes.
Import ListNotations.
Open Scope R_scope.

(** The sides of p 0, ..., p (N - 1) that a half-space gives them. *)
Definition divided (n N : nat) (p : nat -> nat -> R) (s : list bool) :=
  exists a b, sides N (fun i => affine n a b (p i)) = s.
(** C(N, n) *)
Definition cover (N n : nat) : nat := 2 * total (S n) (choose (N - 1)).

Lemma test_cover : cover 3 1 = 6%nat /\ cover 4 2 = 14%nat /\ cover 3 2 = 8%nat.
Proof. repeat split. Qed.

(** More than n + 1 points: coefficients that add up to 0, with the sum of c_i p_i, not all 0; some are negative. *)
Lemma affinely_dependent n m (p : nat -> nat -> R) (flip : bool) : (n < m)%nat ->
  exists c : nat -> R, (if flip then 0 <= c 0%nat else c 0%nat <= 0) /\ (exists i, (i < S m)%nat /\ c i < 0) /\
  forall a b, sum (S m) (fun i => c i * affine n a b (p i)) = 0.
Proof.
  intros L. destruct (dependent (S n) (S m) (fun i k => if Nat.eqb k n then 1 else p i k) ltac:(lia)) as [c [[i [I N]] Z]].
  assert (Z0 : sum (S m) c = 0).
  { rewrite <- (Z n ltac:(lia)). apply sum_ext. intros. rewrite Nat.eqb_refl. ring. }
  assert (Zk : forall k, (k < n)%nat -> sum (S m) (fun j => c j * p j k) = 0).
  { intros k K. rewrite <- (Z k ltac:(lia)). apply sum_ext. intros. destruct (Nat.eqb_spec k n); [lia|reflexivity]. }
  assert (A : forall e, e <> 0 -> (exists i, (i < S m)%nat /\ e * c i < 0) /\
    forall a b, sum (S m) (fun i => e * c i * affine n a b (p i)) = 0).
  { intros e E. split.
    - apply NNPP. intros none. assert (P : forall j, (j < S m)%nat -> 0 <= e * c j).
      { intros j J. apply Rnot_lt_le. intros K. apply none. exists j. auto. }
      pose proof (sum_term (S m) (fun j => e * c j) i P I) as T. rewrite sum_scale, Z0 in T. simpl in T. specialize (P i I).
      assert (K : e * c i = 0) by lra. apply Rmult_integral in K as [K|K]; contradiction.
    - intros a b. rewrite (sum_ext _ _ (fun j => sum n (fun k => e * a k * (c j * p j k)) + e * b * c j)).
      2: { intros j _. unfold affine. rewrite Rmult_plus_distr_l, <- sum_scale. f_equal; [apply sum_ext; intros|]; ring. }
      rewrite sum_plus, sum_scale, Z0, sum_swap, (sum_ext n _ (fun _ => 0)); [rewrite sum_zero; ring|].
      intros k K. rewrite sum_scale, Zk by assumption. ring. }
  destruct (Rle_dec 0 (c 0%nat)) as [D|D], flip;
    [exists (fun i => 1 * c i)|exists (fun i => -1 * c i)|exists (fun i => -1 * c i)|exists (fun i => 1 * c i)];
    (split; [lra|apply A; lra]).
Qed.

(** With the side of the first of N + 1 points fixed. *)
Lemma divided_rest n N (p : nat -> nat -> R) (first : bool) : at_most (total (S n) (choose N)) (fun s => exists a b,
  side (affine n a b (p 0%nat)) = first /\ sides N (fun i => affine n a b (p (S i))) = s).
Proof.
  apply sauer; [intros s [a [b [_ <-]]]; apply sides_length|].
  intros places D H. apply Nat.nlt_ge. intros L. set (m := length places) in *. set (pl := fun j => nth j places 0%nat).
  assert (small : forall j, (j < m)%nat -> (pl j < N)%nat).
  { intros j J. apply Nat.nle_gt. intros K. destruct (H (fun _ => true)) as [s [[a [b [_ <-]]] E]].
    specialize (E (pl j) ltac:(apply nth_In; exact J)). rewrite nth_overflow in E by (rewrite sides_length; exact K). discriminate. }
  destruct (affinely_dependent n m (fun i => match i with O => p 0%nat | S j => p (S (pl j)) end) first L)
    as [c [C0 [[i [I C]] Z]]].
  destruct (labelled places (fun j => truth (0 < c (S j))) D) as [label E].
  destruct (H label) as [s [[a [b [F <-]]] V]]. specialize (Z a b).
  set (v := fun i => affine n a b (match i with O => p 0%nat | S j => p (S (pl j)) end)) in *.
  change (sum (S m) (fun i => c i * v i) = 0) in Z.
  assert (T : forall j, (j < S m)%nat -> 0 <= c j * v j /\ (c j < 0 -> 0 < c j * v j)).
  { intros [|j] J.
    - unfold v. destruct first; [apply side_true in F|apply side_false in F].
      + split; [apply Rmult_le_pos; assumption|lra].
      + split; [|intros]; rewrite <- Rmult_opp_opp; [apply Rmult_le_pos|apply Rmult_lt_0_compat]; lra.
    - assert (W : side (v (S j)) = truth (0 < c (S j))).
      { rewrite <- (E j) by lia. rewrite <- V by (apply nth_In; lia). symmetry.
        apply (sides_nth N (fun i => affine n a b (p (S i)))), small. lia. }
      destruct (truth _) eqn:R.
      + rewrite truth_true in R. apply side_true in W. split; [apply Rmult_le_pos; lra|lra].
      + apply side_false in W. assert (c (S j) <= 0).
        { apply Rnot_lt_le. intros K. apply truth_true in K. congruence. }
        split; [|intros]; rewrite <- Rmult_opp_opp; [apply Rmult_le_pos|apply Rmult_lt_0_compat]; lra. }
  pose proof (sum_term (S m) _ i (fun j J => proj1 (T j J)) I) as K. simpl in K.
  pose proof (proj2 (T i I) C). simpl in Z. lra.
Qed.

Lemma cover_some N n : (1 <= cover N n)%nat.
Proof. unfold cover. pose proof (subsets_some (N - 1) n). lia. Qed.

Lemma cover_polynomial N n : (1 <= N)%nat -> (cover N n <= 2 * N ^ n)%nat.
Proof.
  intros P. unfold cover. pose proof (subsets_polynomial (N - 1) n) as H. replace (N - 1 + 1)%nat with N in H by lia. lia.
Qed.

Lemma divided_at_most n N (p : nat -> nat -> R) : (1 <= N)%nat -> at_most (cover N n) (divided n N p).
Proof.
  intros P. destruct N as [|N]; [lia|]. unfold cover. replace (S N - 1)%nat with N by lia.
  assert (E : forall v, sides (S N) v = side (v 0%nat) :: sides N (fun i => v (S i))).
  { intros v. unfold sides. simpl. f_equal. rewrite <- seq_shift, map_map. reflexivity. }
  apply (at_most_fibres _ (hd false)).
  - intros members D _. apply (NoDup_incl_length D (l' := [true; false])). intros [] _; simpl; auto.
  - intros first. apply (at_most_injective _ (@tl bool)).
    + intros s t [[a [b <-]] Es] [[a' [b' <-]] Et]. rewrite !E in *. simpl in *. intros W. congruence.
    + apply at_most_less with (3 := divided_rest n N p first); [apply le_n|].
      intros t [s [[[a [b <-]] F] <-]]. rewrite E in *. exists a, b. auto.
Qed.
