(** Instances in which the hypotheses of the theorems on networks, their pieces, growth and gradients are true. *)
From Coq Require Import Reals Lra Lia List Arith.
From ManyFaces Require Import Inhabited Spaces Counting Hyperplanes Pieces Cells Euclid Arrangements Growth Halfspaces.
From ManyFaces Require Import Separation Assignments Dimension Gradients Residual.
Import ListNotations.
Open Scope R_scope.

Definition plain := Network [] (fun _ => 1) 0.

Lemma plain_pieces n : convex_pieces n 1 (output n plain).
Proof. apply prop_8_pieces_base. Qed.

Definition fold_layer := Layer 1 (fun i _ => match i with O => 1 | _ => -1 end) (fun _ => 0).

Lemma prop_8_pieces_affine_amended_inhabited : ltac:(inhabited prop_8_pieces_affine_amended).
Proof. exists 1%nat, 1%nat, 1%nat, (output 1 plain), (fun _ _ => 1), (fun _ => 0). apply plain_pieces. Qed.

Lemma prop_8_pieces_induction_inhabited : ltac:(inhabited prop_8_pieces_induction).
Proof.
  exists 1%nat, 2%nat, 2%nat, 1%nat, (fun x => group_sort (linear 1 fold_layer x)), (output 2 plain).
  split; [apply (layer_pieces 1 fold_layer)|]. split; [apply plain_pieces|]. intros x y E. apply layer_agree, E.
Qed.

Lemma prop_8_pieces_induction_width_amended_inhabited : ltac:(inhabited prop_8_pieces_induction_width_amended).
Proof. exists 1%nat, 1%nat, fold_layer, (output 2 plain). apply plain_pieces. Qed.

Lemma prop_8_pieces_convex_amended_inhabited : ltac:(inhabited prop_8_pieces_convex_amended).
Proof.
  exists 1%nat, fold_network, (signs 1 (hidden fold_network) (fun _ => 0)), (fun _ => 0), (fun _ => 0).
  split; [intros i _; reflexivity|reflexivity].
Qed.

Lemma fold_signs t : signs 1 [fold_layer] (fun _ => t) = [if Rle_dec t 0 then true else false].
Proof.
  simpl. unfold sides, side, difference, linear, affine. simpl. f_equal.
  destruct (Rle_dec 0 _), (Rle_dec t 0); reflexivity || lra.
Qed.

Lemma fold_cells s : In s [[true]; [false]] -> cells 1 [fold_layer] s.
Proof.
  intros [<-|[<-|[]]]; [exists (fun _ => -1)|exists (fun _ => 1)]; rewrite fold_signs; destruct Rle_dec; reflexivity || lra.
Qed.

Lemma fold_different : NoDup [[true]; [false]].
Proof. constructor; [intros [|[]]; discriminate|]. constructor; [intros []|constructor]. Qed.

Lemma prop_8_pieces_lipschitz_inhabited : ltac:(inhabited prop_8_pieces_lipschitz).
Proof. exists 1%nat, [fold_layer], 2, (fun _ => 0). lra. Qed.

(** * Growth and Lemma 1 *)

Lemma lemma_1_degree_amended_inhabited : ltac:(inhabited lemma_1_degree_amended).
Proof.
  pose proof (proj1 test_vc) as V. pose proof (proj1 (lemma_1_degree_amended bool _ 2 V)) as G.
  split; exists bool, (fun _ => True), 2%nat; (split; [exact V|]); [exists 2%nat; exact G|exists 2%nat, (2 ^ 2)%nat; exact G].
Qed.

Lemma lemma_1_inequalities_amended_inhabited : ltac:(inhabited lemma_1_inequalities_amended).
Proof. eexists 1%nat, 2%nat, _, [fun _ => 1; fun _ => -1]. apply test_convex_partition. Qed.

Lemma lemma_1_independent_inhabited : ltac:(inhabited lemma_1_independent).
Proof. exists 1%nat, 3%nat, 2%nat, (fun r _ => INR r). lia. Qed.

Lemma lemma_1_labels_inhabited : ltac:(inhabited lemma_1_labels).
Proof. exists 1%nat, 3%nat, 2%nat, (fun r _ => INR r), (fun _ => 1%nat). split; intros; lia. Qed.

(** The two constant classifiers; one point has all labels by them. *)
Definition constant (h : (nat -> R) -> bool) := exists b : bool, h = fun _ => b.
Definition value_of (b : bool) := if b then 1 else -1.

Lemma side_value b : side (value_of b) = b.
Proof. destruct b; [apply side_true|apply side_false]; simpl; lra. Qed.

Lemma constant_affine d b y : affine d (fun _ => 0) (value_of b) y = value_of b.
Proof. unfold affine. rewrite (sum_ext d _ (fun _ => 0)) by (intros; ring). rewrite sum_zero. ring. Qed.

Lemma constant_piecewise h : constant h -> piecewise 1 2 h.
Proof.
  intros [b ->]. eexists _, (fun _ _ => 0), (fun _ => value_of b). split; [apply test_convex_partition|].
  intros x. rewrite constant_affine, side_value. reflexivity.
Qed.

Lemma one_point : labelled_freely constant [fun _ => 0].
Proof.
  split; [constructor; [intros []|constructor]|]. intros [|b [|c t]] L; try discriminate. exists (fun _ => b).
  split; [exists b; reflexivity|reflexivity].
Qed.

Lemma lemma_1_growth_inhabited : ltac:(inhabited lemma_1_growth).
Proof.
  exists 1%nat, 2%nat, constant, 1%nat, 2%nat. split; [exact constant_piecewise|]. split; [lia|]. split; [lia|].
  assert (most : forall points : list (nat -> R), length points = 1%nat -> at_most 2 (traces constant points)).
  { intros points E. apply at_most_less with (3 := proj1 (labels_all 1)); [simpl; lia|]. intros t [h [_ <-]]. rewrite map_length. exact E. }
  split; [|exact most]. exists [fun _ => 0]. split; [reflexivity|]. split; [apply most; reflexivity|].
  exists [[true]; [false]]. split; [exact fold_different|]. split; [|reflexivity].
  intros t [<-|[<-|[]]]; apply one_point; reflexivity.
Qed.

Lemma lemma_1_amended_inhabited : ltac:(inhabited lemma_1_amended).
Proof.
  exists 1%nat, 2%nat, constant, [fun _ => 0]. split; [exact constant_piecewise|]. split; [lia|]. split; [exact one_point|].
  exists 1%nat. simpl. lia.
Qed.

Lemma sec_5_general_inhabited : ltac:(inhabited sec_5_general).
Proof.
  exists 1%nat, [Activation 2 2 group_sort], constant, [fun _ => 0]. split; [intros s [<-|[]]; exact test_activation|].
  split; [|exact one_point]. intros h [b ->].
  exists (fun x => affine 2 (fun _ => 0) (value_of b) (group_sort (fun i => affine 1 (fun _ => 1) 0 x))). split.
  - apply (one_layer 1 (Activation 2 2 group_sort) [] (fun _ _ => 1) (fun _ => 0) (affine 2 (fun _ => 0) (value_of b))). constructor.
  - intros x. rewrite constant_affine, side_value. reflexivity.
Qed.

(** * Gradients *)

(** x^2 has the gradient 2 z. *)
Lemma square_gradient z : gradient_at 1 (fun x => x 0%nat * x 0%nat) z (fun _ => 2 * z 0%nat).
Proof.
  intros e P. exists e. split; [exact P|]. intros y.
  assert (L : length2 1 (difference_of y z) = Rabs (y 0%nat - z 0%nat)).
  { unfold length2, dot, difference_of. simpl. rewrite Rplus_0_l. apply sqrt_Rsqr_abs. }
  rewrite L. intros H. unfold dot, difference_of. simpl.
  replace (_ - _) with ((y 0%nat - z 0%nat) * (y 0%nat - z 0%nat)) by ring. rewrite Rabs_mult. pose proof (Rabs_pos (y 0%nat - z 0%nat)). nra.
Qed.

Lemma identity_jacobian n z : jacobian_at n n (fun x => x) z identity.
Proof.
  intros e P. exists 1. split; [lra|]. intros y _.
  rewrite (length2_ext n _ (fun _ => 0)) by (intros i I; rewrite identity_times by exact I; unfold difference_of; ring).
  assert (Z : length2 n (fun _ => 0) = 0).
  { unfold length2, dot. rewrite (sum_ext n _ (fun _ => 0)) by (intros; ring). rewrite sum_zero. apply sqrt_0. }
  rewrite Z. apply Rmult_le_pos; [lra|apply length2_nonneg].
Qed.

Lemma one_above z : layers 1 1 (fun x => x) z (fun i k => dot 1 (identity i) (fun j => identity j k)).
Proof. apply (next_layer 1 1 1 (fun x => x) z identity (fun x => x) identity); [intros x y; lra|apply identity_jacobian|constructor]. Qed.

Lemma prop_9_inhabited : ltac:(inhabited prop_9).
Proof.
  eexists 1%nat, 1%nat, 1%nat, identity, (fun _ => 0), (fun _ => 3), (fun x => x), (fun x => x 0%nat * x 0%nat), _, _.
  split; [apply one_above|apply square_gradient].
Qed.

Lemma eq_19_amended_inhabited : ltac:(inhabited eq_19_amended).
Proof.
  eexists 1%nat, 1%nat, 1%nat, (fun x => x), (fun x => x), (fun x => x 0%nat * x 0%nat), (fun _ => 3), _, identity, _, 1.
  split; [apply identity_jacobian|]. split; [apply one_above|]. split; [apply square_gradient|]. split; [lra|].
  intros w. rewrite Rmult_1_l. right. apply length2_ext, identity_times.
Qed.

Lemma app_d_residual_scalar_inhabited : ltac:(inhabited app_d_residual_scalar).
Proof.
  exists 2%nat, (fun i => match i with O => 1 | _ => 0 end), (fun i => match i with O => 0 | _ => 1 end).
  unfold length2, dot. simpl. split; (match goal with |- sqrt ?s = _ => replace s with 1 by ring end; apply sqrt_1).
Qed.

Lemma identity_isometry n : isometry n identity /\ isometry n (fun i j => (identity i j + identity i j) / 2).
Proof.
  assert (I : isometry n identity) by (intros u; apply length2_ext, identity_times). split; [exact I|]. intros u.
  transitivity (length2 n (times n identity u)); [|apply I]. apply length2_ext. intros i _. apply dot_ext; [intros; field|reflexivity].
Qed.

Lemma app_d_residual_amended_inhabited : ltac:(inhabited app_d_residual_amended).
Proof.
  destruct (identity_isometry 1) as [I J]. split; exists 1%nat, identity, identity; (split; [exact I|]; split; [exact I|]).
  - exists (fun _ => 1). apply J.
  - split; [exact J|]. exists 0%nat, 0%nat. split; lia.
Qed.
