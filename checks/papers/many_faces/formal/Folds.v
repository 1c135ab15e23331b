(** Proposition 8: networks of folds, which have a cell for every pattern of signs where that can be. *)
From Coq Require Import Reals Lra Lia List Arith FunctionalExtensionality ClassicalEpsilon.
From ManyFaces Require Import Inhabited Spaces Counting Hyperplanes Pieces Cells Growth Arrangements.
Import ListNotations.
Open Scope R_scope.

(** * Affine maps before a network *)

(** A network that first maps R^m to R^d is one with another first layer. *)
Lemma precompose m d layers (A : nat -> nat -> R) (B : nat -> R) : exists layers', map gates layers' = map gates layers /\
  forall x, signs m layers' x = signs d layers (fun j => affine m (A j) (B j) x).
Proof.
  destruct layers as [|l more]; [exists []; split; reflexivity|].
  set (l' := Layer (gates l) (fun i k => sum d (fun j => weight l i j * A j k)) (fun i => sum d (fun j => weight l i j * B j) + bias l i)).
  exists (l' :: more). split; [reflexivity|]. intros x.
  assert (E : linear m l' x = linear d l (fun j => affine m (A j) (B j) x)).
  { apply functional_extensionality. intros i. symmetry. apply (affine_compose m d (weight l i) (bias l i) A B x). reflexivity. }
  simpl. rewrite E. reflexivity.
Qed.

Lemma sum_pick n p u (o : nat -> R) : sum n (fun k => (if Nat.eqb k p then u else 0) * o k) = if Nat.ltb p n then u * o p else 0.
Proof.
  induction n as [|n IH]; [reflexivity|]. simpl sum. rewrite IH.
  destruct (Nat.eqb_spec n p) as [E|N], (Nat.ltb_spec p n), (Nat.ltb_spec p (S n)); try lia; try rewrite E; ring.
Qed.

Lemma affine_pair n p q u v b (o : nat -> R) : p <> q -> affine n (fun k => if Nat.eqb k p then u else if Nat.eqb k q then v else 0) b o =
  (if Nat.ltb p n then u * o p else 0) + (if Nat.ltb q n then v * o q else 0) + b.
Proof.
  intros N. unfold affine. rewrite <- !sum_pick, <- sum_plus. f_equal. apply sum_ext. intros k _.
  destruct (Nat.eqb_spec k p), (Nat.eqb_spec k q); try lia; ring.
Qed.

(** * The fold of the first g coordinates; the next ones are carried along *)

Definition carried (g d : nat) (y : nat -> R) (c : nat) : R := if Nat.ltb (g + c) d then y (g + c)%nat else 0.
(** The gate c sorts s - u and s + u, where u is the coordinate c and s one that is carried. *)
Definition fold_layer_of (g : nat) : layer := Layer g
  (fun i k => if Nat.eqb k (Nat.div2 i) then (if Nat.even i then -1 else 1) else if Nat.eqb k (g + Nat.div2 i) then 1 else 0) (fun _ => 0).

Lemma fold_linear g d y c : (c < g)%nat -> (g <= d)%nat -> linear d (fold_layer_of g) y (2 * c)%nat = carried g d y c - y c /\
  linear d (fold_layer_of g) y (S (2 * c)) = carried g d y c + y c.
Proof.
  intros C L. unfold linear. cbn [weight bias fold_layer_of]. rewrite Nat.div2_double, Nat.div2_succ_double, even_twice, even_next.
  rewrite !affine_pair by lia. unfold carried. destruct (Nat.ltb_spec c d); [|lia]. destruct (Nat.ltb (g + c) d); lra.
Qed.

Lemma fold_sorted g d y c : (c < g)%nat -> (g <= d)%nat -> let o := group_sort (linear d (fold_layer_of g) y) in
  o (2 * c)%nat = carried g d y c - Rabs (y c) /\ o (S (2 * c)) = carried g d y c + Rabs (y c).
Proof.
  intros C L o. unfold o, group_sort. rewrite even_twice, even_next, Nat.pred_succ. destruct (fold_linear g d y c C L) as [-> ->].
  unfold Rmin, Rmax, Rabs. repeat destruct Rle_dec; destruct Rcase_abs; lra.
Qed.

Lemma fold_signs g d y s : (g <= d)%nat -> length s = g -> (forall c, (c < g)%nat -> side (y c) = nth c s false) ->
  sides g (difference (linear d (fold_layer_of g) y)) = s.
Proof.
  intros L E H. apply (nth_ext _ _ false false); [rewrite sides_length; auto|]. intros c C. rewrite sides_length in C.
  rewrite sides_nth, <- H by exact C. unfold difference. destruct (fold_linear g d y c C L) as [-> ->].
  destruct (side (y c)) eqn:Q; [apply side_true in Q; apply side_true|apply side_false in Q; apply side_false]; lra.
Qed.

(** What reads the folded coordinates and those carried, less T. *)
Definition reader (g j k : nat) : R := if Nat.ltb j g
  then (if Nat.eqb k (2 * j) then - (1 / 2) else if Nat.eqb k (S (2 * j)) then 1 / 2 else 0)
  else (if Nat.eqb k (2 * (j - g)) then 1 / 2 else if Nat.eqb k (S (2 * (j - g))) then 1 / 2 else 0).

Lemma fold_read g d y T j : (g <= d)%nat -> (j < min d (2 * g))%nat ->
  affine (2 * g) (reader g j) (- T) (group_sort (linear d (fold_layer_of g) y)) = (if Nat.ltb j g then Rabs (y j) else y j) - T.
Proof.
  intros L J. unfold reader. destruct (Nat.ltb_spec j g) as [K|K].
  - rewrite affine_pair by lia. destruct (Nat.ltb_spec (2 * j) (2 * g)); [|lia]. destruct (Nat.ltb_spec (S (2 * j)) (2 * g)); [|lia].
    destruct (fold_sorted g d y j K L) as [-> ->]. field.
  - rewrite affine_pair by lia. destruct (Nat.ltb_spec (2 * (j - g)) (2 * g)); [|lia]. destruct (Nat.ltb_spec (S (2 * (j - g))) (2 * g)); [|lia].
    destruct (fold_sorted g d y (j - g) ltac:(lia) L) as [-> ->]. unfold carried. destruct (Nat.ltb_spec (g + (j - g)) d); [|lia].
    replace (g + (j - g))%nat with j by lia. field.
Qed.

(** * Every pattern has a cell *)

Definition all_cells (d : nat) (layers : list layer) := forall s, length s = list_sum (map gates layers) -> cells d layers s.

(** Finitely many points: moved by T all of their coordinates are positive. *)
Lemma far_enough d layers : all_cells d layers -> exists T, forall s, length s = list_sum (map gates layers) ->
  exists z, signs d layers z = s /\ forall c, (c < d)%nat -> 0 < z c + T.
Proof.
  intros H. set (N := list_sum (map gates layers)) in *.
  assert (G : forall L, (forall s, In s L -> length s = N) -> exists T, forall s, In s L ->
    exists z, signs d layers z = s /\ forall c, (c < d)%nat -> 0 < z c + T).
  { induction L as [|s L IH]; intros K; [exists 0; intros s []|]. destruct IH as [T HT]; [intros; apply K; right; assumption|].
    destruct (H s (K s (or_introl eq_refl))) as [z Z].
    set (T' := 1 + sum d (fun c => Rabs (z c))). exists (Rmax T T'). pose proof (Rmax_l T T'). pose proof (Rmax_r T T').
    intros t [<-|I].
    - exists z. split; [exact Z|]. intros c C. pose proof (sum_term d (fun c => Rabs (z c)) c (fun k _ => Rabs_pos _) C) as B.
      simpl in B. pose proof (Rle_abs (- z c)) as A. rewrite Rabs_Ropp in A. unfold T' in *. lra.
    - destruct (HT t I) as [w [W P]]. exists w. split; [exact W|]. intros c C. specialize (P c C). lra. }
  destruct (G (labels N) (fun s => proj1 (labels_in N s))) as [T HT]. exists T. intros s L. apply HT, labels_in, L.
Qed.

Lemma folds gs : forall d, narrowing d gs -> exists layers, map gates layers = gs /\ all_cells d layers.
Proof.
  induction gs as [|g more IH]; intros d N.
  - exists []. split; [reflexivity|]. intros s L. exists (fun _ => 0). destruct s; [reflexivity|discriminate].
  - destruct N as [L N]. destruct (IH _ N) as [rest [E H]]. destruct (far_enough _ rest H) as [T HT].
    destruct (precompose (2 * g) (min d (2 * g)) rest (reader g) (fun _ => - T)) as [rest' [E' P]].
    exists (fold_layer_of g :: rest'). split; [simpl; congruence|]. intros s Ls. simpl in Ls. rewrite E' in Ls.
    destruct (HT (skipn g s)) as [z [Z pos]]; [rewrite skipn_length, Ls; lia|].
    exists (fun c => if Nat.ltb c g then (if nth c s false then z c + T else - (z c + T)) else z c + T). set (y := fun c => _).
    change (sides g (difference (linear d (fold_layer_of g) y)) ++ signs (2 * g) rest' (group_sort (linear d (fold_layer_of g) y)) = s).
    rewrite <- (firstn_skipn g s) at 1. f_equal.
    + apply fold_signs; [exact L|rewrite firstn_length, Ls; lia|]. intros c C. unfold y.
      replace (nth c (firstn g s) false) with (nth c s false) by (rewrite <- (firstn_skipn g s) at 1; apply app_nth1; rewrite firstn_length, Ls; lia).
      destruct (Nat.ltb_spec c g); [|lia]. specialize (pos c ltac:(lia)).
      destruct (nth c s false); [apply side_true|apply side_false]; lra.
    + rewrite P, <- Z. apply signs_agree. intros j J. rewrite fold_read by assumption. unfold y. specialize (pos j J).
      destruct (Nat.ltb_spec j g); [|ring]. destruct (nth j s false); [rewrite Rabs_right by lra|rewrite Rabs_left by lra]; ring.
Qed.

(** So many gates a layer, and a cell for every pattern of signs. *)
Definition full (n : nat) (gs : list nat) (layers : list layer) := map gates layers = gs /\
  exists members : list (list bool), NoDup members /\ (forall s, In s members -> cells n layers s) /\ length members = (2 ^ list_sum gs)%nat.

Theorem prop_8_pieces_tight : forall (n : nat) (gs : list nat), ((exists layers : list layer, full n gs layers) <-> narrowing n gs) /\
  (narrowing n gs -> exists layers : list layer, contracting n layers /\ full n gs layers).
Proof.
  intros n gs. assert (G : narrowing n gs -> exists layers, contracting n layers /\ full n gs layers).
  { intros N. destruct (folds gs n N) as [layers [E H]]. destruct (prop_8_pieces_lipschitz n layers) as [_ [small [G [C S]]]].
    exists small. split; [exact C|]. split; [congruence|]. exists (labels (list_sum gs)).
    split; [apply labels_different|]. split; [|apply labels_length].
    intros s I. apply labels_in in I. subst gs. destruct (H s I) as [x X]. exists x. rewrite S. exact X. }
  split; [|exact G]. split.
  - intros [layers [E [members [D [I L]]]]]. subst. apply (full_narrowing n layers members); assumption.
  - intros N. destruct (G N) as [layers [_ F]]. exists layers. exact F.
Qed.

Lemma test_narrowing : narrowing 1 [1; 1]%nat /\ narrowing 2 [2; 2]%nat /\ ~ narrowing 1 [2]%nat /\ ~ narrowing 3 [1; 3]%nat.
Proof. simpl. lia. Qed.

Lemma prop_8_pieces_tight_inhabited : ltac:(inhabited prop_8_pieces_tight).
Proof. split; exists 1%nat, [1; 1]%nat; [apply (proj1 (prop_8_pieces_tight _ _))|]; apply test_narrowing. Qed.
