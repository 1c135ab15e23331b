(** Proposition 9: gradients in 1-Lipschitz networks. *)
From Coq Require Import Reals Lra Lia.
From ManyFaces Require Import Spaces Euclid.
Open Scope R_scope.

(** Maps R^m -> R^n, of sequences of which the first m, or n, numbers count. *)
Definition difference_of (x y : nat -> R) (i : nat) := x i - y i.
Definition lipschitz_map (m n : nat) (h : (nat -> R) -> nat -> R) :=
  forall x y, length2 n (difference_of (h x) (h y)) <= length2 m (difference_of x y).
Definition times (m : nat) (J : nat -> nat -> R) (w : nat -> R) (i : nat) := dot m (J i) w.
Definition identity (i j : nat) := if Nat.eqb i j then 1 else 0.

(** Derivatives in the sense of Frechet: of a function, a map, and a function of matrices with n rows of m numbers. *)
Definition gradient_at (m : nat) (f : (nat -> R) -> R) (z g : nat -> R) := forall e, 0 < e -> exists d, 0 < d /\
  forall y, length2 m (difference_of y z) < d -> Rabs (f y - f z - dot m g (difference_of y z)) <= e * length2 m (difference_of y z).
Definition jacobian_at (m n : nat) (f : (nat -> R) -> nat -> R) (z : nat -> R) (J : nat -> nat -> R) :=
  forall e, 0 < e -> exists d, 0 < d /\ forall y, length2 m (difference_of y z) < d ->
  length2 n (fun i => f y i - f z i - times m J (difference_of y z) i) <= e * length2 m (difference_of y z).
Definition matrix_gradient_at (n m : nat) (f : (nat -> nat -> R) -> R) (W G : nat -> nat -> R) := forall e, 0 < e -> exists d, 0 < d /\
  forall D, frobenius n m D < d -> Rabs (f (fun i j => W i j + D i j) - f W - sum n (fun i => dot m (G i) (D i))) <= e * frobenius n m D.

(** 1-Lipschitz layers one after the other, from the input z on, each differentiable where it is reached; A is the product
    of their Jacobians. *)
Inductive layers : nat -> nat -> ((nat -> R) -> nat -> R) -> (nat -> R) -> (nat -> nat -> R) -> Prop :=
  | no_layer n z : layers n n (fun x => x) z identity
  | next_layer m n p h z J rest A : lipschitz_map m n h -> jacobian_at m n h z J -> layers n p rest (h z) A ->
      layers m p (fun x => rest (h x)) z (fun i k => dot n (A i) (fun j => J j k)).

Lemma test_gradient : gradient_at 1 (fun x => x 0%nat * x 0%nat) (fun _ => 3) (fun _ => 6) /\
  ~ gradient_at 1 (fun x => x 0%nat * x 0%nat) (fun _ => 3) (fun _ => 5).
Proof.
  assert (L : forall y : nat -> R, length2 1 (difference_of y (fun _ => 3)) = Rabs (y 0%nat - 3)).
  { intros y. unfold length2, dot, difference_of. simpl. rewrite Rplus_0_l. apply sqrt_Rsqr_abs. }
  split.
  - intros e P. exists e. split; [exact P|]. intros y. rewrite L. intros H. unfold dot, difference_of. simpl.
    replace (_ - _) with ((y 0%nat - 3) * (y 0%nat - 3)) by ring. rewrite Rabs_mult. pose proof (Rabs_pos (y 0%nat - 3)). nra.
  - intros H. destruct (H (1 / 2) ltac:(lra)) as [d [P D]]. specialize (D (fun _ => 3 + d / 2)). rewrite L in D.
    unfold dot, difference_of in D. simpl in D. replace (3 + d / 2 - 3) with (d / 2) in D by ring.
    rewrite (Rabs_right (d / 2)) in D by lra. specialize (D ltac:(lra)).
    replace (_ - _) with (d / 2 * (1 + d / 2)) in D by field. rewrite Rabs_right in D by nra. nra.
Qed.

(** (x, y) -> (y, 0): the Jacobian has its 1 in the first row, not in the first column. *)
Definition up (x : nat -> R) (i : nat) := match i with O => x 1%nat | _ => 0 end.
Definition up_matrix (i j : nat) := match i, j with O, S O => 1 | _, _ => 0 end.

Lemma test_jacobian : jacobian_at 2 2 up (fun _ => 0) up_matrix /\ ~ jacobian_at 2 2 up (fun _ => 0) (fun i j => up_matrix j i).
Proof.
  split.
  - intros e P. exists 1. split; [lra|]. intros y _.
    rewrite (length2_ext 2 _ (fun _ => 0)) by (intros [|[|i]] I; try lia; unfold times, dot, difference_of; simpl; ring).
    replace (length2 2 (fun _ => 0)) with 0 by (unfold length2, dot; simpl; symmetry; transitivity (sqrt 0); [f_equal; ring|exact sqrt_0]).
    apply Rmult_le_pos; [lra|apply length2_nonneg].
  - intros H. destruct (H (1 / 2) ltac:(lra)) as [d [P D]].
    assert (L : forall a : nat -> R, a 0%nat = 0 -> length2 2 a = Rabs (a 1%nat)).
    { intros a A. unfold length2, dot. simpl. rewrite A. replace (0 + 0 * 0 + a 1%nat * a 1%nat) with (Rsqr (a 1%nat)) by (unfold Rsqr; ring). apply sqrt_Rsqr_abs. }
    specialize (D (fun i => match i with O => 0 | _ => d / 2 end)). rewrite L in D by (unfold difference_of; ring).
    unfold difference_of at 1 3 in D. rewrite Rminus_0_r, Rabs_right in D by lra. specialize (D ltac:(lra)).
    unfold length2, dot, times, difference_of in D. simpl in D.
    match type of D with sqrt ?s <= _ => replace s with (d / 2 * (d / 2)) in D by (unfold dot; simpl; ring) end.
    rewrite sqrt_square in D; lra.
Qed.

(** The second number of the first row has the gradient with a 1 there. *)
Lemma test_matrix_gradient : let f (W : nat -> nat -> R) := W 0%nat 1%nat in
  matrix_gradient_at 2 2 f up_matrix up_matrix /\ ~ matrix_gradient_at 2 2 f up_matrix (fun i j => up_matrix j i).
Proof.
  intros f. split.
  - intros e P. exists 1. split; [lra|]. intros D _. unfold f, dot. simpl.
    match goal with |- Rabs ?r <= _ => replace r with 0 by ring end. rewrite Rabs_R0. apply Rmult_le_pos; [lra|apply sqrt_pos].
  - intros H. destruct (H (1 / 2) ltac:(lra)) as [d [P D]].
    assert (F : frobenius 2 2 (fun i j => d / 2 * up_matrix i j) = d / 2).
    { unfold frobenius, dot. simpl. match goal with |- sqrt ?s = _ => replace s with (d / 2 * (d / 2)) by ring end. apply sqrt_square. lra. }
    specialize (D _ ltac:(rewrite F; lra)). rewrite F in D. unfold f, dot in D. simpl in D.
    match type of D with Rabs ?r <= _ => replace r with (d / 2) in D by ring end. rewrite Rabs_right in D; lra.
Qed.

(** * Norms of Jacobians *)

Lemma times_scale m J t w i : times m J (fun k => t * w k) i = t * times m J w i.
Proof. apply dot_scale. Qed.

Lemma jacobian_norm m n h z J : lipschitz_map m n h -> jacobian_at m n h z J ->
  forall w, length2 n (times m J w) <= length2 m w.
Proof.
  intros L H w. apply Rnot_lt_le. intros N. pose proof (length2_nonneg m w) as W. set (a := length2 n (times m J w)) in *.
  destruct (H ((a - length2 m w) / 2 / (length2 m w + 1)) ltac:(apply Rdiv_lt_0_compat; lra)) as [d [P D]].
  set (t := d / (2 * (length2 m w + 1))). assert (T : 0 < t) by (apply Rdiv_lt_0_compat; lra).
  assert (E : length2 m (difference_of (fun k => z k + t * w k) z) = t * length2 m w).
  { transitivity (length2 m (fun k => t * w k)); [apply length2_ext; intros; unfold difference_of; ring|].
    rewrite length2_scale, Rabs_right; lra. }
  specialize (D (fun k => z k + t * w k)). pose proof (L (fun k => z k + t * w k) z) as B. rewrite E in *.
  assert (S : t * length2 m w < d).
  { assert (t * (length2 m w + 1) = d / 2) by (unfold t; field; lra). lra. }
  specialize (D S).
  pose proof (length2_triangle n (difference_of (h (fun k => z k + t * w k)) (h z))
    (fun i => -1 * (h (fun k => z k + t * w k) i - h z i - times m J (difference_of (fun k => z k + t * w k) z) i))) as K.
  rewrite (length2_scale n _ (-1)), Rabs_left in K by lra.
  rewrite (length2_ext n (fun i => _ + _) (fun i => t * times m J w i)) in K.
  2: { intros i _. unfold difference_of at 1. rewrite <- times_scale.
       replace (times m J (difference_of (fun k => z k + t * w k) z) i) with (times m J (fun k => t * w k) i);
         [ring|apply dot_ext; intros; unfold difference_of; ring]. }
  rewrite length2_scale, Rabs_right in K by lra. fold a in K.
  assert (Q : (a - length2 m w) / 2 / (length2 m w + 1) * (t * length2 m w) <= t * ((a - length2 m w) / 2)).
  { replace (_ * _) with (t * ((a - length2 m w) / 2) * (length2 m w / (length2 m w + 1))) by (field; lra).
    rewrite <- (Rmult_1_r (t * ((a - length2 m w) / 2))) at 2. apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|].
    apply Rmult_le_reg_r with (length2 m w + 1); [lra|]. field_simplify; lra. }
  nra.
Qed.

Lemma product_times n m (A J : nat -> nat -> R) w i :
  times m (fun i k => dot n (A i) (fun j => J j k)) w i = times n A (times m J w) i.
Proof.
  unfold times, dot. rewrite (sum_ext m _ (fun k => sum n (fun j => A i j * (J j k * w k)))).
  - rewrite sum_swap. apply sum_ext. intros j _. rewrite sum_scale. reflexivity.
  - intros k _. rewrite Rmult_comm, <- sum_scale. apply sum_ext. intros. ring.
Qed.

Lemma identity_times n w i : (i < n)%nat -> times n identity w i = w i.
Proof.
  intros I. unfold times, dot, identity. induction n; [lia|]. simpl. destruct (Nat.eqb_spec i n) as [->|].
  - rewrite (sum_ext n _ (fun _ => 0)), sum_zero; [ring|]. intros k K. destruct (Nat.eqb_spec n k); [lia|ring].
  - rewrite IHn by lia. ring.
Qed.

Lemma layers_norm m p f z A : layers m p f z A -> forall w, length2 p (times m A w) <= length2 m w.
Proof.
  induction 1 as [n z|m n p h z J rest A L H _ IH]; intros w.
  - right. apply length2_ext, identity_times.
  - rewrite (length2_ext p _ (times n A (times m J w))) by (intros; apply product_times).
    apply Rle_trans with (1 := IH _). apply (jacobian_norm m n h z J L H).
Qed.

(** The transposed matrix, times g, as a row of the chain rule has it. *)
Definition row_times (n : nat) (g : nat -> R) (A : nat -> nat -> R) (k : nat) := sum n (fun i => g i * A i k).

Lemma row_times_dot n m g A w : dot m (row_times n g A) w = dot n g (times m A w).
Proof.
  unfold row_times, dot, times. rewrite (sum_ext m _ (fun k => sum n (fun i => g i * (A i k * w k)))).
  - rewrite sum_swap. apply sum_ext. intros i _. rewrite sum_scale. reflexivity.
  - intros k _. rewrite Rmult_comm, <- sum_scale. apply sum_ext. intros. ring.
Qed.

Lemma row_times_bound n m g A c : 0 <= c -> (forall w, length2 n (times m A w) <= c * length2 m w) ->
  length2 m (row_times n g A) <= length2 n g * c.
Proof.
  intros P H. set (v := row_times n g A). pose proof (length2_nonneg m v) as V. pose proof (length2_nonneg n g) as G.
  assert (E : length2 m v * length2 m v <= length2 n g * c * length2 m v).
  { rewrite length2_square. unfold v at 1. rewrite row_times_dot. apply Rle_trans with (1 := Rle_abs _).
    apply Rle_trans with (1 := cauchy_length2 n g _). rewrite Rmult_assoc. apply Rmult_le_compat_l; [exact G|apply H]. }
  destruct V as [V|<-]; [apply Rmult_le_reg_r with (1 := V); exact E|apply Rmult_le_pos; assumption].
Qed.

(** * The chain rule *)

Lemma chain_rule m n f z J loss g : jacobian_at m n f z J -> gradient_at n loss (f z) g ->
  gradient_at m (fun x => loss (f x)) z (row_times n g J).
Proof.
  intros HJ HG e P. set (F := frobenius n m J). assert (PF : 0 <= F) by apply sqrt_pos.
  pose proof (length2_nonneg n g) as PG.
  destruct (HG (e / 2 / (F + 1)) ltac:(repeat apply Rdiv_lt_0_compat; lra)) as [d1 [P1 D1]].
  destruct (HJ (Rmin 1 (e / 2 / (length2 n g + 1))) ltac:(apply Rmin_glb_lt; [lra|repeat apply Rdiv_lt_0_compat; lra])) as [d2 [P2 D2]].
  exists (Rmin d2 (d1 / (F + 1))). split; [apply Rmin_glb_lt; [exact P2|apply Rdiv_lt_0_compat; lra]|]. intros y Y.
  set (w := difference_of y z) in *. set (s := length2 m w) in *. assert (PS : 0 <= s) by apply length2_nonneg.
  specialize (D2 y ltac:(apply Rlt_le_trans with (1 := Y), Rmin_l)).
  fold w in D2. fold s in D2. set (r := fun i => f y i - f z i - times m J w i) in *.
  assert (D3 : length2 n r <= s) by (apply Rle_trans with (1 := D2); rewrite <- (Rmult_1_l s) at 2; apply Rmult_le_compat_r; [exact PS|apply Rmin_l]).
  assert (D4 : length2 n r <= e / 2 / (length2 n g + 1) * s) by (apply Rle_trans with (1 := D2), Rmult_le_compat_r; [exact PS|apply Rmin_r]).
  assert (M : length2 n (difference_of (f y) (f z)) <= (F + 1) * s).
  { rewrite (length2_ext n _ (fun i => times m J w i + r i)) by (intros; unfold r, difference_of; ring).
    apply Rle_trans with (1 := length2_triangle n _ _). pose proof (frobenius_bound n m J w) as B. fold F in B. fold s in B.
    change (length2 n (times m J w) <= F * s) in B. lra. }
  assert (N : length2 n (difference_of (f y) (f z)) < d1).
  { apply Rle_lt_trans with (1 := M). pose proof (Rmin_r d2 (d1 / (F + 1))) as K.
    apply Rlt_le_trans with ((F + 1) * (d1 / (F + 1))); [apply Rmult_lt_compat_l; lra|]. right. field. lra. }
  specialize (D1 (f y) N). rewrite row_times_dot.
  replace (loss (f y) - loss (f z) - dot n g (times m J w)) with
    ((loss (f y) - loss (f z) - dot n g (difference_of (f y) (f z))) + dot n g r).
  2: { unfold r. rewrite (dot_ext n g (difference_of (f y) (f z)) g (fun i => r i + times m J w i)), dot_plus;
         [unfold r; ring|reflexivity|intros; unfold r, difference_of; ring]. }
  apply Rle_trans with (1 := Rabs_triang _ _). pose proof (cauchy_length2 n g r) as C.
  assert (K1 : e / 2 / (F + 1) * length2 n (difference_of (f y) (f z)) <= e / 2 * s).
  { apply Rle_trans with (e / 2 / (F + 1) * ((F + 1) * s)); [|right; field; lra].
    apply Rmult_le_compat_l; [|exact M]. left. repeat apply Rdiv_lt_0_compat; lra. }
  assert (K2 : length2 n g * length2 n r <= e / 2 * s).
  { apply Rle_trans with (length2 n g * (e / 2 / (length2 n g + 1) * s)); [apply Rmult_le_compat_l; assumption|].
    replace (length2 n g * (e / 2 / (length2 n g + 1) * s)) with (e / 2 * s * (length2 n g / (length2 n g + 1))) by (field; lra).
    rewrite <- (Rmult_1_r (e / 2 * s)) at 2. apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|].
    apply Rmult_le_reg_r with (length2 n g + 1); [lra|]. field_simplify; lra. }
  lra.
Qed.

Lemma gradient_ext m f z g g' : (forall k, (k < m)%nat -> g k = g' k) -> gradient_at m f z g -> gradient_at m f z g'.
Proof.
  intros E H e P. destruct (H e P) as [d [Q D]]. exists d. split; [exact Q|]. intros y Y.
  rewrite (dot_ext m g' _ g (difference_of y z)); [auto|intros; symmetry; auto|reflexivity].
Qed.

Lemma layers_gradient m p f z A loss g : layers m p f z A -> gradient_at p loss (f z) g ->
  gradient_at m (fun x => loss (f x)) z (row_times p g A).
Proof.
  intros L. revert loss g. induction L as [n z|m n p h z J rest A L H _ IH]; intros loss g G.
  - apply gradient_ext with (2 := G). intros k K. unfold row_times, identity. symmetry.
    rewrite <- (identity_times n g k K) at 1. unfold times. apply sum_ext. intros i _. unfold identity. rewrite (Nat.eqb_sym i k). ring.
  - apply gradient_ext with (2 := chain_rule m n h z J _ _ H (IH loss g G)). intros k _. unfold row_times, dot.
    rewrite (sum_ext n _ (fun j => sum p (fun i => g i * (A i j * J j k)))).
    + rewrite sum_swap. apply sum_ext. intros i _. rewrite sum_scale. reflexivity.
    + intros j _. rewrite Rmult_comm, <- sum_scale. apply sum_ext. intros. ring.
Qed.

(** The layer itself is [layer], a function of q parameters; [rest] are the layers above. *)
Theorem eq_19_amended : forall (q m p : nat) (layer rest : (nat -> R) -> nat -> R) (loss : (nat -> R) -> R)
  (theta g : nat -> R) (J A : nat -> nat -> R) (c : R),
  jacobian_at q m layer theta J -> layers m p rest (layer theta) A -> gradient_at p loss (rest (layer theta)) g ->
  gradient_at q (fun t => loss (rest (layer t))) theta (row_times m (row_times p g A) J) /\
  (forall w, length2 p (times m A w) <= length2 m w) /\
  (0 <= c -> (forall w, length2 m (times q J w) <= c * length2 q w) ->
    length2 q (row_times m (row_times p g A) J) <= length2 p g * c).
Proof.
  intros q m p layer rest loss theta g J A c HJ HL HG. pose proof (layers_norm m p rest _ A HL) as N. split; [|split].
  - apply (chain_rule q m layer theta J (fun u => loss (rest u))); [exact HJ|]. apply (layers_gradient m p rest _ A); assumption.
  - exact N.
  - intros P B. apply Rle_trans with (1 := row_times_bound m q (row_times p g A) J c P B). apply Rmult_le_compat_r; [exact P|].
    rewrite <- (Rmult_1_r (length2 p g)). apply row_times_bound; [lra|]. intros w. rewrite Rmult_1_l. apply N.
Qed.

(** An affine layer of the matrix W and the bias B, at the input H; the gradients in B and W, and their norms. *)
Theorem prop_9 : forall (k m p : nat) (W : nat -> nat -> R) (B H : nat -> R) (rest : (nat -> R) -> nat -> R)
  (loss : (nat -> R) -> R) (g : nat -> R) (A : nat -> nat -> R),
  let layer W' b i := times k W' H i + b i in
  layers m p rest (layer W B) A -> gradient_at p loss (rest (layer W B)) g ->
  let v := row_times p g A in let G i j := v i * H j in
  gradient_at m (fun b => loss (rest (layer W b))) B v /\ length2 m v <= length2 p g /\
  matrix_gradient_at m k (fun W' => loss (rest (layer W' B))) W G /\ frobenius m k G <= length2 p g * length2 k H /\
  forall w, length2 m (times k G w) <= length2 p g * length2 k H * length2 k w.
Proof.
  intros k m p W B H rest loss g A layer HL HG v G. pose proof (layers_norm m p rest _ A HL) as N.
  pose proof (layers_gradient m p rest _ A loss g HL HG) as D. fold v in D.
  assert (V : length2 m v <= length2 p g).
  { rewrite <- (Rmult_1_r (length2 p g)). apply row_times_bound; [lra|]. intros w. rewrite Rmult_1_l. apply N. }
  assert (FG : frobenius m k G <= length2 p g * length2 k H).
  { unfold frobenius. rewrite (sum_ext m _ (fun i => dot k H H * (v i * v i))).
    - rewrite sum_scale. change (sum m (fun i => v i * v i)) with (dot m v v).
      rewrite sqrt_mult, Rmult_comm by apply dot_square. apply Rmult_le_compat_r; [apply length2_nonneg|exact V].
    - intros i _. unfold G, dot. rewrite Rmult_comm, <- sum_scale. apply sum_ext. intros. ring. }
  split; [|split; [exact V|split; [|split; [exact FG|]]]].
  - intros e P. destruct (D e P) as [d [Q S]]. exists d. split; [exact Q|]. intros y Y.
    assert (E : forall i, (i < m)%nat -> difference_of (layer W y) (layer W B) i = difference_of y B i).
    { intros i _. unfold difference_of, layer. ring. }
    specialize (S (layer W y)). rewrite (length2_ext m _ _ E), (dot_ext m v _ v _ (fun _ _ => eq_refl) E) in S. auto.
  - intros e P. pose proof (length2_nonneg k H) as PH. set (h := length2 k H) in *.
    destruct (D (e / (h + 1)) ltac:(apply Rdiv_lt_0_compat; lra)) as [d [Q S]].
    exists (d / (h + 1)). split; [apply Rdiv_lt_0_compat; lra|]. intros M Y.
    assert (E : forall i, (i < m)%nat -> difference_of (layer (fun i j => W i j + M i j) B) (layer W B) i = times k M H i).
    { intros i _. unfold difference_of, layer, times. rewrite (dot_sym k (fun j => W i j + M i j)), dot_plus, !(dot_sym k H). ring. }
    specialize (S (layer (fun i j => W i j + M i j) B)).
    rewrite (length2_ext m _ _ E), (dot_ext m v _ v _ (fun _ _ => eq_refl) E) in S.
    pose proof (frobenius_bound m k M H) as C. change (length2 m (times k M H) <= frobenius m k M * h) in C.
    assert (PM : 0 <= frobenius m k M) by apply sqrt_pos.
    assert (L : frobenius m k M * h <= frobenius m k M * (h + 1)) by (apply Rmult_le_compat_l; lra).
    assert (L' : frobenius m k M * (h + 1) < d).
    { apply Rlt_le_trans with (d / (h + 1) * (h + 1)); [apply Rmult_lt_compat_r; lra|right; field; lra]. }
    specialize (S ltac:(lra)). replace (sum m (fun i => dot k (G i) (M i))) with (dot m v (times k M H)).
    + apply Rle_trans with (1 := S). apply Rle_trans with (e / (h + 1) * (frobenius m k M * (h + 1))); [|right; field; lra].
      apply Rmult_le_compat_l; [left; apply Rdiv_lt_0_compat; lra|lra].
    + unfold G. apply sum_ext. intros i _. unfold times, dot. rewrite <- sum_scale. apply sum_ext. intros. ring.
  - intros w. apply Rle_trans with (1 := frobenius_bound m k G w). apply Rmult_le_compat_r; [apply length2_nonneg|exact FG].
Qed.
