(** Inner products and norms of finite sequences: R^n, with the Euclidean norm. *)
From Coq Require Import Reals Lra Lia.
From ManyFaces Require Import Spaces.
Open Scope R_scope.

Definition dot (n : nat) (a b : nat -> R) := sum n (fun i => a i * b i).
Definition length2 (n : nat) (a : nat -> R) := sqrt (dot n a a).

Lemma dot_sym n a b : dot n a b = dot n b a.
Proof. apply sum_ext. intros. ring. Qed.

Lemma dot_square n a : 0 <= dot n a a.
Proof. apply sum_nonneg. intros. apply Rle_0_sqr. Qed.

Lemma dot_plus n a b c : dot n a (fun i => b i + c i) = dot n a b + dot n a c.
Proof. unfold dot. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.

Lemma dot_scale n a b t : dot n a (fun i => t * b i) = t * dot n a b.
Proof. unfold dot. rewrite <- sum_scale. apply sum_ext. intros. ring. Qed.

Lemma dot_ext n a b c d : (forall i, (i < n)%nat -> a i = c i) -> (forall i, (i < n)%nat -> b i = d i) -> dot n a b = dot n c d.
Proof. intros H K. apply sum_ext. intros i I. rewrite H, K by assumption. reflexivity. Qed.

Lemma cauchy_schwarz n a b : dot n a b * dot n a b <= dot n a a * dot n b b.
Proof.
  destruct (dot_square n b) as [P|Z].
  - assert (E : forall t, dot n (fun i => a i + t * b i) (fun i => a i + t * b i) = dot n a a + 2 * t * dot n a b + t * t * dot n b b).
    { intros t. rewrite dot_plus, dot_scale, !(dot_sym n (fun i => a i + t * b i)), !dot_plus, !dot_scale, (dot_sym n b a). ring. }
    specialize (E (- (dot n a b / dot n b b))). pose proof (dot_square n (fun i => a i + - (dot n a b / dot n b b) * b i)) as H.
    rewrite E in H. apply Rmult_le_compat_r with (r := dot n b b) in H; [|lra].
    replace ((dot n a a + 2 * - (dot n a b / dot n b b) * dot n a b + - (dot n a b / dot n b b) * - (dot n a b / dot n b b) *
      dot n b b) * dot n b b) with (dot n a a * dot n b b - dot n a b * dot n a b) in H by (field; lra). lra.
  - assert (V : forall i, (i < n)%nat -> b i = 0).
    { intros i I. pose proof (sum_term n (fun i => b i * b i) i ltac:(intros; apply Rle_0_sqr) I) as T. simpl in T.
      unfold dot in Z. rewrite <- Z in T. nra. }
    assert (dot n a b = 0); [|nra]. unfold dot. rewrite (sum_ext n _ (fun _ => 0)); [apply sum_zero|].
    intros i I. rewrite V by assumption. ring.
Qed.

Lemma length2_nonneg n a : 0 <= length2 n a.
Proof. apply sqrt_pos. Qed.

Lemma length2_square n a : length2 n a * length2 n a = dot n a a.
Proof. apply sqrt_sqrt, dot_square. Qed.

Lemma cauchy_length2 n a b : Rabs (dot n a b) <= length2 n a * length2 n b.
Proof.
  pose proof (cauchy_schwarz n a b) as H. rewrite <- !length2_square in H.
  pose proof (length2_nonneg n a). pose proof (length2_nonneg n b).
  apply Rsqr_incr_0; [|apply Rabs_pos|apply Rmult_le_pos; assumption]. rewrite <- Rsqr_abs. unfold Rsqr. lra.
Qed.

Lemma length2_scale n a t : length2 n (fun i => t * a i) = Rabs t * length2 n a.
Proof.
  unfold length2. rewrite dot_scale, dot_sym, dot_scale, <- Rmult_assoc, sqrt_mult.
  - rewrite <- sqrt_Rsqr_abs. reflexivity.
  - apply Rle_0_sqr.
  - apply dot_square.
Qed.

Lemma length2_ext n a b : (forall i, (i < n)%nat -> a i = b i) -> length2 n a = length2 n b.
Proof. intros H. unfold length2. f_equal. apply dot_ext; exact H. Qed.

Lemma length2_triangle n a b : length2 n (fun i => a i + b i) <= length2 n a + length2 n b.
Proof.
  pose proof (length2_nonneg n a). pose proof (length2_nonneg n b). apply Rsqr_incr_0; [|apply length2_nonneg|lra].
  unfold Rsqr. rewrite length2_square, dot_plus, !(dot_sym n (fun i => a i + b i)), !dot_plus, (dot_sym n b a).
  pose proof (cauchy_length2 n a b) as C. pose proof (Rle_abs (dot n a b)). rewrite <- !length2_square. nra.
Qed.

(** Matrices, by rows: n rows of m numbers; the Frobenius norm bounds the operator norm. *)
Definition frobenius (n m : nat) (J : nat -> nat -> R) := sqrt (sum n (fun i => dot m (J i) (J i))).

Lemma frobenius_square n m J : 0 <= sum n (fun i => dot m (J i) (J i)).
Proof. apply sum_nonneg. intros. apply dot_square. Qed.

Lemma frobenius_bound n m J w : length2 n (fun i => dot m (J i) w) <= frobenius n m J * length2 m w.
Proof.
  unfold frobenius, length2. rewrite <- sqrt_mult by (apply frobenius_square || apply dot_square). apply sqrt_le_1_alt.
  rewrite Rmult_comm, <- sum_scale. apply sum_le. intros i _. pose proof (cauchy_schwarz m (J i) w). lra.
Qed.

Lemma test_length2 : length2 2 (fun i => match i with O => 3 | _ => 4 end) = 5.
Proof. unfold length2, dot. simpl. replace (0 + 3 * 3 + 4 * 4) with (5 * 5) by ring. apply sqrt_square. lra. Qed.

(** One row of two numbers, of which more do not count. *)
Lemma test_frobenius : frobenius 1 2 (fun i j => match i, j with O, O => 3 | O, S O => 4 | _, _ => 7 end) = 5.
Proof.
  unfold frobenius, dot. simpl. replace (0 + (0 + 3 * 3 + 4 * 4)) with (5 * 5) by ring. apply sqrt_square. lra.
Qed.
