(** Proposition 8: cells of gates' signs, and how many there are. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon FinFun.
From ManyFaces Require Import Spaces Counting Hyperplanes Pieces.
Import ListNotations.
Open Scope R_scope.

(** The coordinate that a gate with the sign s hands on at the place i. *)
Definition source (s : list bool) (i : nat) : nat :=
  if nth (Nat.div2 i) s false then i else if Nat.even i then S i else pred i.

Lemma even_or_odd i : exists j, i = (2 * j)%nat \/ i = S (2 * j).
Proof. destruct (Nat.Even_or_Odd i) as [[j E]|[j E]]; exists j; lia. Qed.

Lemma even_twice j : Nat.even (2 * j) = true. Proof. rewrite Nat.even_mul. reflexivity. Qed.
Lemma even_next j : Nat.even (S (2 * j)) = false. Proof. rewrite Nat.even_succ, Nat.odd_mul. reflexivity. Qed.

Lemma source_small s g i : (i < 2 * g)%nat -> (source s i < 2 * g)%nat.
Proof.
  intros I. unfold source. destruct (nth _ _ _); [assumption|]. destruct (even_or_odd i) as [j [->| ->]].
  - rewrite even_twice. lia.
  - rewrite even_next. lia.
Qed.

Lemma sorted g z i : (i < 2 * g)%nat -> group_sort z i = z (source (sides g (difference z)) i).
Proof.
  intros I. unfold group_sort, source. destruct (even_or_odd i) as [j [->| ->]].
  - rewrite Nat.div2_double, even_twice, sides_nth by lia. unfold difference.
    destruct (side _) eqn:E; [apply side_true in E; apply Rmin_left; lra|apply side_false in E; apply Rmin_right; lra].
  - rewrite Nat.div2_succ_double, even_next, sides_nth by lia. unfold difference. rewrite Nat.pred_succ.
    destruct (side _) eqn:E; [apply side_true in E; apply Rmax_right; lra|apply side_false in E; apply Rmax_left; lra].
Qed.

Lemma sides_same g v w : sides g v = sides g w <-> forall i, (i < g)%nat -> side (v i) = side (w i).
Proof.
  split; intros H.
  - intros i I. rewrite <- !(sides_nth g) by assumption. rewrite H. reflexivity.
  - unfold sides. apply map_ext_in. intros i I. apply in_seq in I. apply H. lia.
Qed.

Lemma linear_segment n l x y t i : linear n l (segment x y t) i = (1 - t) * linear n l x i + t * linear n l y i.
Proof. apply affine_segment. Qed.

Lemma linear_agree n l x y i : agree n x y -> linear n l x i = linear n l y i.
Proof. apply affine_agree. Qed.

Definition layer_signs (n : nat) (l : layer) (x : nat -> R) := sides (gates l) (difference (linear n l x)).

Lemma layer_convex n l s : convex (fun x => layer_signs n l x = s).
Proof.
  intros x y t X Y T. rewrite <- X. unfold layer_signs in *. apply sides_same. intros i I. rewrite <- Y in X.
  apply (proj1 (sides_same _ _ _)) with (i := i) in X; [|assumption]. unfold difference in *. rewrite !linear_segment.
  replace (_ - _) with ((1 - t) * (linear n l x (S (2 * i)) - linear n l x (2 * i)%nat) +
    t * (linear n l y (S (2 * i)) - linear n l y (2 * i)%nat)) by ring.
  apply segment_side; auto.
Qed.

Lemma layer_affine n l s i : (i < width l)%nat ->
  affine_on n (fun x => layer_signs n l x = s) (fun x => group_sort (linear n l x) i).
Proof.
  intros I. exists (weight l (source s i)), (bias l (source s i)). intros x <-. apply (sorted (gates l)). exact I.
Qed.

Lemma layer_agree n l x y : agree n x y -> layer_signs n l x = layer_signs n l y /\
  forall m, agree m (group_sort (linear n l x)) (group_sort (linear n l y)).
Proof.
  intros E. split; [apply sides_same|]; intros; unfold difference, group_sort; [|intros i I];
    rewrite !(linear_agree n l x y) by exact E; reflexivity.
Qed.

(** * Cells *)

Lemma signs_agree layers : forall n x y, agree n x y -> signs n layers x = signs n layers y.
Proof.
  induction layers as [|l more IH]; intros n x y E; simpl; [reflexivity|].
  destruct (layer_agree n l x y E) as [A B]. unfold layer_signs in A. rewrite A. f_equal. apply IH, B.
Qed.

Lemma signs_split n l more x s : signs n (l :: more) x = s <->
  layer_signs n l x = firstn (gates l) s /\ signs (width l) more (group_sort (linear n l x)) = skipn (gates l) s.
Proof.
  simpl. fold (layer_signs n l x). assert (W : length (layer_signs n l x) = gates l) by apply sides_length. split.
  - intros <-. rewrite <- W, firstn_app, skipn_app, Nat.sub_diag, firstn_all, skipn_all. simpl. rewrite app_nil_r. auto.
  - intros [-> ->]. apply firstn_skipn.
Qed.

Lemma signs_cells layers : forall n s, convex (fun x => signs n layers x = s) /\
  forall a b, affine_on n (fun x => signs n layers x = s) (fun x => affine (last_width n layers) a b (forward n layers x)).
Proof.
  induction layers as [|l more IH]; intros n s.
  - split; [intros x y t X _ _; exact X|]. intros a b. exists a, b. reflexivity.
  - destruct (IH (width l) (skipn (gates l) s)) as [V A]. split.
    + intros x y t X Y T. apply signs_split. apply signs_split in X, Y.
      apply (pull_convex n (width l) _ _ (fun x => group_sort (linear n l x)) (layer_convex n l (firstn (gates l) s)) V); auto.
      * intros u v E <-. symmetry. apply signs_agree, E.
      * intros i I. apply layer_affine, I.
    + intros a b. specialize (A a b).
      destruct (pull_affine n (width l) _ _ (fun x => group_sort (linear n l x)) _ A
        (fun i I => layer_affine n l (firstn (gates l) s) i I)) as [a' [b' E]].
      exists a', b'. intros x X. apply E, signs_split, X.
Qed.

Theorem prop_8_pieces_convex_amended : forall (n : nat) (f : network),
  (forall x, exists! s, cell n f s x) /\ (forall s x y, agree n x y -> cell n f s x -> cell n f s y) /\
  forall s, convex (cell n f s) /\ affine_on n (cell n f s) (output n f).
Proof.
  intros n f. split; [|split].
  - intros x. exists (signs n (hidden f) x). split; [reflexivity|]. intros s E. exact E.
  - intros s x y E <-. symmetry. apply signs_agree, E.
  - intros s. destruct (signs_cells (hidden f) n s) as [V A]. split; [exact V|apply A].
Qed.

(** * At most 2^(W/2) *)

Fixpoint code (s : list bool) : nat := match s with [] => 0 | b :: more => (if b then 1 else 0) + 2 * code more end.

Lemma code_small s : (code s < 2 ^ length s)%nat.
Proof. induction s as [|b s IH]; simpl; [lia|]. destruct b; lia. Qed.

Lemma code_same s : forall t, length s = length t -> code s = code t -> s = t.
Proof.
  induction s as [|b s IH]; intros [|c t] L E; try discriminate; [reflexivity|]. simpl in *.
  assert (b = c) by (destruct b, c; lia). subst. f_equal. apply IH; [lia|destruct c; lia].
Qed.

Lemma layer_pieces n l : vector_pieces n (width l) (2 ^ gates l) (fun x => group_sort (linear n l x)).
Proof.
  exists (fun x => code (layer_signs n l x)). split; [|split].
  - intros x y E. f_equal. apply layer_agree, E.
  - intros x. pose proof (code_small (layer_signs n l x)) as C. unfold layer_signs in C at 2. rewrite sides_length in C. exact C.
  - intros k. destruct (excluded_middle_informative (exists x, code (layer_signs n l x) = k)) as [[u <-]|none].
    + assert (same : forall x, code (layer_signs n l x) = code (layer_signs n l u) -> layer_signs n l x = layer_signs n l u).
      { intros x. apply code_same. unfold layer_signs. rewrite !sides_length. reflexivity. }
      split.
      * intros x y t X Y T. f_equal. apply layer_convex; auto.
      * intros i I. destruct (layer_affine n l (layer_signs n l u) i I) as [a [b E]]. exists a, b. intros x X. apply E; auto.
    + split; [|intros i I; exists (fun _ => 0), 0]; intros x; [intros y t X|intros X]; destruct none; exists x; exact X.
Qed.

Lemma half_width l : (width l / 2)%nat = gates l.
Proof. unfold width. rewrite Nat.mul_comm. apply Nat.div_mul. lia. Qed.

Theorem prop_8_pieces_induction_width_amended : forall (n q : nat) (l : layer) (rest : (nat -> R) -> R),
  convex_pieces (width l) q rest ->
  exists M, (M <= 2 ^ (width l / 2) * q)%nat /\ convex_pieces n M (fun x => rest (group_sort (linear n l x))).
Proof.
  intros n q l rest H. rewrite half_width. apply (prop_8_pieces_induction n (width l)); [apply layer_pieces|exact H|].
  intros x y E. apply layer_agree, E.
Qed.

Lemma more_pieces n m M N f : (M <= N)%nat -> vector_pieces n m M f -> vector_pieces n m N f.
Proof. intros L [piece [c [small H]]]. exists piece. split; [exact c|]. split; [|exact H]. intros x. specialize (small x). lia. Qed.

Theorem prop_8_pieces_base : forall (n : nat) (a : nat -> R) (b : R),
  convex_pieces n 1 (output n (Network [] a b)) /\ INR (product []) = 1 /\ sqrt (2 ^ 0) = 1.
Proof.
  intros n a b. split; [|split; [reflexivity|simpl; apply sqrt_1]]. exists (fun _ => 0%nat). split; [reflexivity|].
  split; [auto|]. intros k. split; [intros x y t X _ _; exact X|]. intros i _. exists a, b. reflexivity.
Qed.

Theorem prop_8_pieces : forall (n : nat) (f : network),
  let widths := map width (hidden f) in
  convex_pieces n (product (map (fun w => 2 ^ (w / 2))%nat widths)) (output n f) /\
  INR (product (map (fun w => 2 ^ (w / 2))%nat widths)) = sqrt (2 ^ list_sum widths).
Proof.
  intros n [layers a b] widths. subst widths. unfold output. cbn [hidden out offset]. split.
  - revert n. induction layers as [|l more IH]; intros n; [apply (prop_8_pieces_base n a b)|].
    destruct (prop_8_pieces_induction_width_amended n _ l _ (IH (width l))) as [M [L H]]. apply (more_pieces _ _ M _ _ L H).
  - induction layers as [|l more IH]; [symmetry; apply sqrt_1|].
    change (INR (2 ^ (width l / 2) * product (map (fun w => 2 ^ (w / 2))%nat (map width more))) =
      sqrt (2 ^ (width l + list_sum (map width more)))).
    rewrite mult_INR, IH, half_width.
    rewrite pow_add, sqrt_mult by (apply pow_le; lra). f_equal. unfold width. rewrite pow_INR, Nat.mul_comm, pow_mult.
    rewrite <- Rsqr_pow2, sqrt_Rsqr; [reflexivity|apply pow_le; lra].
Qed.
