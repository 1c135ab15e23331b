(** Proposition 8: the bound by arrangements of hyperplanes, which is at most 2^(W/2), and what follows from it. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon.
From ManyFaces Require Import Spaces Counting Hyperplanes Pieces Cells Euclid.
Import ListNotations.
Open Scope R_scope.

(** The cells that hold a point, with or without an interior. *)
Definition cells (n : nat) (layers : list layer) (s : list bool) := exists x, signs n layers x = s.

(** The product over the layers of the sums of binomials (g_i over j) for j <= d_i = min(n, w_1, ..., w_(i-1)). *)
Fixpoint arrangement_bound (d : nat) (gs : list nat) : nat :=
  match gs with [] => 1 | g :: more => total (S d) (choose g) * arrangement_bound (min d (2 * g)) more end.

Lemma test_bound : arrangement_bound 2 [10; 1]%nat = 112%nat /\ arrangement_bound 1 [2; 3]%nat = 12%nat.
Proof. vm_compute. split; reflexivity. Qed.

Lemma affine_pick n j z : (j < n)%nat -> affine n (fun k => if Nat.eqb k j then 1 else 0) 0 z = z j.
Proof.
  intros J. unfold affine. rewrite Rplus_0_r. induction n; [lia|]. simpl. destruct (Nat.eqb_spec n j) as [->|].
  - rewrite (sum_ext j _ (fun _ => 0)), sum_zero; [ring|]. intros i I. destruct (Nat.eqb_spec i j); [lia|ring].
  - rewrite IHn by lia. ring.
Qed.

Lemma arrangement_features {T} layers : forall (m d : nat) (P : T -> Prop) (y h : T -> nat -> R) A B,
  (forall x j, P x -> (j < m)%nat -> h x j = affine d (A j) (B j) (y x)) ->
  at_most (arrangement_bound d (map gates layers)) (fun s => exists x, P x /\ signs m layers (h x) = s).
Proof.
  induction layers as [|l more IH]; intros m d P y h A B E.
  - intros members D I. simpl. apply (NoDup_incl_length D (l' := [[]])). intros s J.
    destruct (I s J) as [x [_ <-]]. left. reflexivity.
  - set (A' := fun i k => sum m (fun j => weight l i j * A j k)).
    set (B' := fun i => sum m (fun j => weight l i j * B j) + bias l i).
    assert (E' : forall x i, P x -> linear m l (h x) i = affine d (A' i) (B' i) (y x)).
    { intros x i Px. unfold linear. apply (affine_compose d m (weight l i) (bias l i) A B). intros j J. apply E; assumption. }
    assert (D : forall x j, P x -> difference (linear m l (h x)) j =
      affine d (fun k => A' (S (2 * j)) k - A' (2 * j)%nat k) (B' (S (2 * j)) - B' (2 * j)%nat) (y x)).
    { intros x j Px. unfold difference. rewrite !E' by assumption. unfold affine.
      rewrite (sum_ext d (fun k => (_ - _) * _) (fun k => A' (S (2 * j)) k * y x k - A' (2 * j)%nat k * y x k)) by (intros; ring).
      rewrite sum_minus. ring. }
    apply (at_most_fibres _ (firstn (gates l))).
    + apply at_most_less with (3 := regions (gates l) d (fun j k => A' (S (2 * j)) k - A' (2 * j)%nat k)
        (fun j => B' (S (2 * j)) - B' (2 * j)%nat) y P); [apply le_n|].
      intros u [s [[x [Px Es]] Eu]]. exists x. split; [exact Px|]. apply signs_split in Es as [Es _]. rewrite <- Eu, <- Es.
      apply sides_same. intros i I. rewrite D by exact Px. reflexivity.
    + intros u. set (Q := fun x => P x /\ layer_signs m l (h x) = u).
      assert (E2 : forall x i, Q x -> (i < width l)%nat ->
        group_sort (linear m l (h x)) i = affine d (A' (source u i)) (B' (source u i)) (y x)).
      { intros x i [Px <-] I. rewrite (sorted (gates l)) by exact I. apply E', Px. }
      assert (small : at_most (arrangement_bound (min d (width l)) (map gates more))
        (fun s => exists x, Q x /\ signs (width l) more (group_sort (linear m l (h x))) = s)).
      { destruct (Nat.min_spec d (width l)) as [[_ ->]|[_ ->]].
        - apply (IH (width l) d Q y (fun x => group_sort (linear m l (h x))) _ _ E2).
        - apply (IH (width l) (width l) Q (fun x => group_sort (linear m l (h x))) _
            (fun j k => if Nat.eqb k j then 1 else 0) (fun _ => 0)).
          intros x j _ J. symmetry. apply affine_pick, J. }
      apply (at_most_injective _ (skipn (gates l))).
      * intros s t [_ Es] [_ Et] E3. rewrite <- (firstn_skipn (gates l) s), <- (firstn_skipn (gates l) t). congruence.
      * apply at_most_less with (3 := small); [apply le_n|]. intros t [s [[[x [Px Es]] Eu] <-]]. exists x.
        apply signs_split in Es as [Es F]. split; [split; [exact Px|congruence]|exact F].
Qed.

Lemma arrangement_power gs : forall d, (arrangement_bound d gs <= 2 ^ list_sum gs)%nat.
Proof.
  induction gs as [|g more IH]; intros d; [simpl; lia|].
  change (list_sum (g :: more)) with (g + list_sum more)%nat. rewrite Nat.pow_add_r. simpl arrangement_bound.
  apply Nat.mul_le_mono; [apply (subsets_power g (S d))|apply IH].
Qed.

Lemma arrangement_polynomial gs : forall n d, (d <= n)%nat ->
  (arrangement_bound d gs <= product (map (fun g => (g + 1) ^ n) gs))%nat.
Proof.
  induction gs as [|g more IH]; intros n d L; [simpl; lia|]. apply Nat.mul_le_mono.
  - apply le_trans with ((g + 1) ^ d)%nat; [apply subsets_polynomial|apply Nat.pow_le_mono_r; lia].
  - apply IH. lia.
Qed.

Theorem prop_8_pieces_arrangement : forall (n : nat) (layers : list layer),
  let gs := map gates layers in
  at_most (arrangement_bound n gs) (cells n layers) /\ (arrangement_bound n gs <= 2 ^ list_sum gs)%nat /\
  (arrangement_bound n gs <= product (map (fun g => (g + 1) ^ n) gs))%nat.
Proof.
  intros n layers gs. split; [|split; [apply arrangement_power|apply arrangement_polynomial; lia]].
  apply at_most_less with (P := fun s => exists x, True /\ signs n layers x = s) (M := arrangement_bound n gs); [apply le_n| |].
  - intros s [x E]. exists x. auto.
  - apply (arrangement_features layers n n (fun _ => True) (fun x => x) (fun x => x)
      (fun j k => if Nat.eqb k j then 1 else 0) (fun _ => 0)). intros x j _ J. symmetry. apply affine_pick, J.
Qed.

Theorem prop_8_pieces_line : forall layers : list layer,
  at_most (product (map (fun l => gates l + 1) layers)%nat) (cells 1 layers).
Proof.
  intros layers. destruct (prop_8_pieces_arrangement 1 layers) as [H [_ L]].
  apply at_most_less with (3 := H); [|auto]. rewrite map_map in L.
  rewrite (map_ext (fun l => (gates l + 1) ^ 1)%nat (fun l => gates l + 1)%nat) in L; [exact L|].
  intros l. apply Nat.pow_1_r.
Qed.

(** g_i <= min(n, w_1, ..., w_(i-1)) for every i. *)
Fixpoint narrowing (d : nat) (gs : list nat) : Prop :=
  match gs with [] => True | g :: more => (g <= d)%nat /\ narrowing (min d (2 * g)) more end.

Lemma arrangement_full gs : forall d, (2 ^ list_sum gs <= arrangement_bound d gs)%nat -> narrowing d gs.
Proof.
  induction gs as [|g more IH]; intros d H; [exact I|]. change (list_sum (g :: more)) with (g + list_sum more)%nat in H.
  rewrite Nat.pow_add_r in H.
  change (arrangement_bound d (g :: more)) with (total (S d) (choose g) * arrangement_bound (min d (2 * g)) more)%nat in H.
  pose proof (arrangement_power more (min d (2 * g))) as P. pose proof (Nat.pow_nonzero 2 g ltac:(lia)) as Z.
  pose proof (Nat.pow_nonzero 2 (list_sum more) ltac:(lia)) as Z'. pose proof (subsets_power g (S d)) as Q.
  generalize dependent (2 ^ list_sum more)%nat. intros b IH H P Z'. split.
  - apply Nat.nlt_ge. intros L. pose proof (subsets_strict g d L). remember (total (S d) (choose g)) as t. clear - H P Z Z' H0. nia.
  - apply IH. nia.
Qed.

Lemma full_narrowing : forall (n : nat) (layers : list layer) (members : list (list bool)),
  NoDup members -> (forall s, In s members -> cells n layers s) -> length members = (2 ^ list_sum (map gates layers))%nat ->
  narrowing n (map gates layers).
Proof.
  intros n layers members D I E. apply arrangement_full. rewrite <- E.
  destruct (prop_8_pieces_arrangement n layers) as [H _]. apply H; assumption.
Qed.

(** * Networks with layers of norm at most 1 *)

(** Every matrix times c, and the bias of layer i times c^i. *)
Fixpoint scaled (c : R) (i : nat) (layers : list layer) : list layer :=
  match layers with
  | [] => []
  | l :: more => Layer (gates l) (fun p q => c * weight l p q) (fun p => c ^ i * bias l p) :: scaled c (S i) more
  end.

Definition norm_one (m n : nat) (W : nat -> nat -> R) :=
  forall x, length2 m (fun i => dot n (W i) x) <= length2 n x.
Fixpoint contracting (n : nat) (layers : list layer) : Prop :=
  match layers with [] => True | l :: more => norm_one (width l) n (weight l) /\ contracting (width l) more end.

Lemma test_norm_one : norm_one 2 2 (fun i j => if Nat.eqb i j then 1 else 0) /\ ~ norm_one 1 1 (fun _ _ => 2).
Proof.
  split; intros H.
  - unfold length2, dot. simpl. apply Req_le. f_equal. ring.
  - intros. specialize (H (fun _ => 1)). unfold length2, dot in H. simpl in H.
    replace (0 + (0 + 2 * 1) * (0 + 2 * 1)) with (2 * 2) in H by ring. replace (0 + 1 * 1) with (1 * 1) in H by ring.
    rewrite !sqrt_square in H; lra.
Qed.

(** Weights of 1 and biases of 1 become 2 and 2 in the first layer, 2 and 4 in the second. *)
Lemma test_scaled : let l := Layer 1 (fun _ _ => 1) (fun _ => 1) in
  map (fun l => (weight l 0%nat 0%nat, bias l 0%nat)) (scaled 2 1 [l; l]) = [(2, 2); (2, 4)] /\ ~ contracting 1 (scaled 2 1 [l]).
Proof.
  split; [simpl; repeat f_equal; ring|]. intros [H _]. specialize (H (fun _ => 1)). unfold width, length2, dot in H. simpl in H.
  apply sqrt_le_0 in H; lra.
Qed.

Lemma scaled_sides g c z z' : 0 < c -> (forall i, z' i = c * z i) -> sides g (difference z') = sides g (difference z).
Proof.
  intros P E. apply sides_same. intros i _. unfold difference. rewrite !E, <- Rmult_minus_distr_l.
  destruct (side (z _ - _)) eqn:S; [apply side_true in S; apply side_true|apply side_false in S; apply side_false]; nra.
Qed.

Lemma scaled_sort c z z' i : 0 < c -> (forall i, z' i = c * z i) -> group_sort z' i = c * group_sort z i.
Proof.
  intros P E. unfold group_sort. rewrite !E.
  destruct (Nat.even i); unfold Rmin, Rmax; repeat destruct Rle_dec; nra.
Qed.

Lemma scaled_signs c layers : 0 < c -> forall n i x y, (forall j, y j = c ^ i * x j) ->
  signs n (scaled c (S i) layers) y = signs n layers x.
Proof.
  intros P. induction layers as [|l more IH]; intros n i x y E; [reflexivity|]. simpl.
  set (l' := Layer _ _ _).
  assert (Z : forall p, linear n l' y p = c ^ S i * linear n l x p).
  { intros p. unfold linear, l', affine. simpl. rewrite Rmult_plus_distr_l, <- sum_scale. f_equal. apply sum_ext.
    intros k _. rewrite E. ring. }
  pose proof (pow_lt c (S i) P) as Q. f_equal; [apply (scaled_sides _ (c ^ S i)); assumption|].
  apply (IH _ (S i)). intros j. apply (scaled_sort (c ^ S i)); assumption.
Qed.

Fixpoint squares (n : nat) (layers : list layer) : R :=
  match layers with
  | [] => 0
  | l :: more => sum (width l) (fun i => dot n (weight l i) (weight l i)) + squares (width l) more
  end.

Lemma squares_nonneg layers : forall n, 0 <= squares n layers.
Proof.
  induction layers as [|l more IH]; intros n; simpl; [lra|]. apply Rplus_le_le_0_compat; [|apply IH].
  apply sum_nonneg. intros. apply dot_square.
Qed.

Lemma scaled_contracting c layers : 0 <= c -> forall n i, c * c * squares n layers <= 1 -> contracting n (scaled c i layers).
Proof.
  intros P. induction layers as [|l more IH]; intros n i H; [exact I|]. simpl in *.
  assert (0 <= c * c) by (apply Rmult_le_pos; assumption).
  set (F := sum (width l) (fun i => dot n (weight l i) (weight l i))) in *.
  assert (0 <= F) by (apply sum_nonneg; intros; apply dot_square). pose proof (squares_nonneg more (width l)). split.
  - intros x. unfold width. simpl. apply sqrt_le_1_alt. unfold dot at 1.
    apply Rle_trans with (sum (width l) (fun p => c * c * dot n x x * dot n (weight l p) (weight l p))).
    + apply sum_le. intros p _. pose proof (cauchy_schwarz n (weight l p) x) as C.
      rewrite (dot_sym n (fun q => c * weight l p q)), dot_scale, (dot_sym n x). nra.
    + rewrite sum_scale. fold F. pose proof (dot_square n x). assert (c * c * F <= 1) by nra. nra.
  - apply (IH (width l)). assert (0 <= c * c * F) by (apply Rmult_le_pos; assumption). lra.
Qed.

(** The second part: whatever is counted of the cells, networks with layers of norm at most 1 have as many as all. *)
Theorem prop_8_pieces_lipschitz : forall (n : nat) (layers : list layer),
  (forall (c : R) x, 0 < c -> signs n (scaled c 1 layers) x = signs n layers x) /\
  exists small, map gates small = map gates layers /\ contracting n small /\ forall x, signs n small x = signs n layers x.
Proof.
  intros n layers.
  assert (G : forall c x, 0 < c -> signs n (scaled c 1 layers) x = signs n layers x).
  { intros c x P. apply scaled_signs; [exact P|]. intros j. simpl. ring. }
  split; [exact G|]. set (s := squares n layers). pose proof (squares_nonneg layers n) as P. fold s in P.
  assert (Q : 0 < / (1 + s)) by (apply Rinv_0_lt_compat; lra). exists (scaled (/ (1 + s)) 1 layers). split.
  - generalize (/ (1 + s)), 1%nat. intros c. clear. induction layers as [|l more IH]; intros i; simpl; [reflexivity|]. f_equal. apply IH.
  - split; [|intros x; apply G, Q]. apply scaled_contracting; [lra|]. fold s. apply Rmult_le_reg_r with ((1 + s) * (1 + s)); [nra|].
    replace (_ * ((1 + s) * (1 + s))) with s by (field; lra). nra.
Qed.
