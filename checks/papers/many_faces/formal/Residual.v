(** Residual connections: averages of Jacobians. *)
From Coq Require Import Reals Lra Lia.
From ManyFaces Require Import Spaces Euclid Gradients.
Open Scope R_scope.


Lemma average_square n a b : let h := length2 n (fun i => (a i + b i) / 2) in
  h * h = (dot n a a + dot n b b) / 2 - dot n (difference_of a b) (difference_of a b) / 4.
Proof.
  intros h. unfold h. rewrite length2_square.
  rewrite (dot_ext n (fun i => (a i + b i) / 2) _ (fun i => / 2 * (a i + b i)) (fun i => / 2 * (a i + b i))) by (intros; field).
  rewrite (dot_ext n (difference_of a b) _ (fun i => a i + -1 * b i) (fun i => a i + -1 * b i)) by (intros; unfold difference_of; ring).
  rewrite dot_scale, (dot_sym n _ (fun i => a i + b i)), dot_scale, !dot_plus, !dot_scale,
    !(dot_sym n (fun i => a i + b i)), !(dot_sym n (fun i => a i + -1 * b i)), !dot_plus, !dot_scale, (dot_sym n b a). field.
Qed.

Theorem app_d_residual_scalar : forall (n : nat) (a b : nat -> R), length2 n a = 1 -> length2 n b = 1 ->
  length2 n (fun i => (a i + b i) / 2) ^ 2 = 1 - length2 n (difference_of a b) ^ 2 / 4.
Proof.
  intros n a b A B. simpl. rewrite !Rmult_1_r, average_square, <- !length2_square, A, B. field.
Qed.

Definition isometry (n : nat) (P : nat -> nat -> R) := forall u, length2 n (times n P u) = length2 n u.

Theorem app_d_residual_amended : forall (n : nat) (P Q : nat -> nat -> R), isometry n P -> isometry n Q ->
  let average i j := (P i j + Q i j) / 2 in
  (forall u, length2 n (times n average u) <= length2 n u /\
    (length2 n (times n average u) = length2 n u <-> forall i, (i < n)%nat -> times n P u i = times n Q u i)) /\
  (isometry n average -> forall i j, (i < n)%nat -> (j < n)%nat -> P i j = Q i j).
Proof.
  intros n P Q HP HQ average.
  assert (E : forall u, length2 n (times n average u) = length2 n (fun i => (times n P u i + times n Q u i) / 2)).
  { intros u. apply length2_ext. intros i _. unfold times, average.
    rewrite (dot_ext n _ u (fun j => / 2 * (P i j + Q i j)) u) by (reflexivity || (intros; field)).
    rewrite dot_sym, dot_scale, dot_plus, !(dot_sym n u). field. }
  assert (G : forall u, length2 n (times n average u) <= length2 n u /\
    (length2 n (times n average u) = length2 n u <-> forall i, (i < n)%nat -> times n P u i = times n Q u i)).
  { intros u. pose proof (average_square n (times n P u) (times n Q u)) as S. cbv zeta in S. rewrite <- E in S.
    rewrite <- !(length2_square n (times n _ u)), HP, HQ in S. set (d := difference_of _ _) in S.
    pose proof (dot_square n d) as D. pose proof (length2_nonneg n (times n average u)). pose proof (length2_nonneg n u).
    split; [nra|]. split; intros K.
    - intros i I. rewrite K in S. pose proof (sum_term n (fun i => d i * d i) i (fun j _ => Rle_0_sqr (d j)) I) as T.
      change (sum n (fun i => d i * d i)) with (dot n d d) in T. cbv beta in T. assert (d i = 0) by nra. unfold d, difference_of in *. lra.
    - rewrite E. apply Rsqr_inj; [apply length2_nonneg|assumption|]. rewrite <- E. unfold Rsqr.
      assert (dot n d d = 0); [|lra]. unfold dot. rewrite (sum_ext n _ (fun _ => 0)); [apply sum_zero|].
      intros i I. unfold d, difference_of. rewrite K by exact I. ring. }
  split; [exact G|]. intros HA i j I J. destruct (G (identity j)) as [_ K].
  pose proof (proj1 K (HA (identity j)) i I) as C. unfold times in C. rewrite !(dot_sym n _ (identity j)) in C.
  change (times n identity (P i) j = times n identity (Q i) j) in C. rewrite !identity_times in C by exact J. exact C.
Qed.

(** The identity and the reflection (x, y) -> (x, -y) of the plane. *)
Theorem app_d_residual : ~ forall (n : nat) (P Q : nat -> nat -> R),
  isometry n P -> isometry n Q ->
  (exists i j, (i < n)%nat /\ (j < n)%nat /\ P i j <> Q i j) ->
  exists c, c < 1 /\ forall u, length2 n (times n (fun i j => (P i j + Q i j) / 2) u) <= c * length2 n u.
Proof.
  intros H. set (Q := fun i j : nat => match i, j with O, O => 1 | 1%nat, 1%nat => -1 | _, _ => 0 end).
  destruct (H 2%nat identity Q) as [c [C K]].
  - intros u. apply length2_ext, identity_times.
  - intros u. unfold length2, times, dot, Q. simpl. f_equal. ring.
  - exists 1%nat, 1%nat. split; [lia|]. split; [lia|]. unfold identity, Q. simpl. lra.
  - specialize (K (fun i => match i with O => 1 | _ => 0 end)). unfold length2, times, dot, identity, Q in K. simpl in K.
    match type of K with sqrt ?s <= _ => replace s with 1 in K by field end.
    match type of K with _ <= _ * sqrt ?s => replace s with 1 in K by ring end. rewrite sqrt_1 in K. lra.
Qed.
