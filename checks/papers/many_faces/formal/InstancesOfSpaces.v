(** Instances in which the hypotheses of the theorems on frontiers, certificates and packings are true. *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Vectors Frontier Robustness Nearest Packing.
Import ListNotations.
Open Scope R_scope.

(** The classes {4} and {0} on the line as a normed space; their frontier is {2}. *)
Definition V := R_NormedModule.
Definition four (x : normed V) := x = 4.
Definition origin (x : normed V) := x = 0.

Lemma between_classes x : gap (frontier four origin) x = Rabs (x - 2).
Proof.
  transitivity (gap (M := normed V) (fun z => z = 2) x); [|apply (gap_point (M := normed V))]. apply gap_same. intros z. unfold frontier, four, origin. rewrite !gap_point.
  change (Rabs (z - 4) = Rabs (z - 0) <-> z = 2). unfold Rabs. repeat destruct Rcase_abs; split; intros; lra.
Qed.

Lemma some_classes : nonempty four /\ nonempty origin /\ is_closed four /\ is_closed origin /\ disjoint four origin.
Proof.
  split; [exists 4; reflexivity|]. split; [exists 0; reflexivity|]. split; [apply point_closed|]. split; [apply point_closed|].
  unfold disjoint, four, origin. intros x -> E. lra.
Qed.

Lemma four_apart a b : four a -> origin b -> 4 <= dist a b.
Proof. intros -> ->. change (4 <= Rabs (4 - 0)). rewrite Rabs_right; lra. Qed.

Lemma real_dist (x y : normed V) : dist x y = Rabs (x - y). Proof. reflexivity. Qed.
Lemma real_norm (x y : V) : norm (minus x y) = Rabs (x - y). Proof. reflexivity. Qed.

Ltac numbers := rewrite ?between_classes; unfold four, origin; rewrite ?gap_point, ?real_dist, ?real_norm; unfold Rabs; repeat destruct Rcase_abs; lra.

Lemma on_frontier : frontier four origin 2.
Proof. unfold frontier. numbers. Qed.

Lemma prop_1_opposite_inhabited : ltac:(inhabited prop_1_opposite).
Proof. exists V, four, origin, 0, 4. destruct some_classes as [a [b _]]. repeat split; auto; numbers. Qed.

Lemma eq_11_banach_amended_inhabited : ltac:(inhabited eq_11_banach_amended).
Proof. exists V, four, origin. destruct some_classes as [a [b _]]. auto. Qed.

Lemma prop_1_lipschitz_inhabited : ltac:(inhabited prop_1_lipschitz).
Proof. exists V, four, origin. exact some_classes. Qed.

Lemma cor_2_functions_inhabited : ltac:(inhabited cor_2_functions).
Proof.
  destruct some_classes as [a [b _]].
  split; exists V, four, origin, 4; (split; [exact a|split; [exact b|split; [exact four_apart|]]]);
    [exists 4|exists 0; split; [|lra]]; reflexivity.
Qed.

Ltac classes := destruct some_classes as [a [b [closed [closed' apart]]]]; exists V, four, origin; repeat (split; [assumption|]).

Lemma prop_1_sign_inhabited : ltac:(inhabited prop_1_sign).
Proof. split; classes; [exists 4|exists 0]; reflexivity. Qed.

Lemma def_1_amended_inhabited : ltac:(inhabited def_1_amended).
Proof.
  exists 0%nat, four, origin. destruct some_classes as [a [b [closed [closed' apart]]]].
  repeat (split; [assumption|]). exists 4. left. reflexivity.
Qed.

Lemma eq_10_inhabited : ltac:(inhabited eq_10).
Proof. exact prop_1_sign_inhabited. Qed.

Lemma prop_1_relative_amended_inhabited : ltac:(inhabited prop_1_relative_amended).
Proof.
  destruct some_classes as [a [b [closed [closed' apart]]]].
  split; exists (normed V), four, origin; (split; [exact a|split; [exact b|split; [exact apart|]]]);
    (split; [intros x _; exact (closed x I)|]); (split; [intros x _; exact (closed' x I)|]); [exists 4|exists 0]; reflexivity.
Qed.

Lemma eq_11_inhabited : ltac:(inhabited eq_11).
Proof. exists (normed V), origin, 3, 2, 0. split; [reflexivity|]. unfold origin. rewrite !gap_point. split; [reflexivity|numbers]. Qed.

Lemma eq_12_ball_inhabited : ltac:(inhabited eq_12_ball).
Proof.
  exists V, four, origin, 0, 4, 1. destruct some_classes as [a [b _]].
  repeat (split; [assumption|]). split; [apply Rlt_not_eq; lra|]. split; [lra|]. split; numbers.
Qed.

Lemma eq_12_amended_inhabited : ltac:(inhabited eq_12_amended).
Proof.
  destruct some_classes as [a [b _]].
  split; exists V, four, origin, 0, 1; (split; [exact a|split; [exact b|split; [apply Rlt_not_eq; lra|]]]).
  - exists 1. split; [lra|]. split; numbers.
  - split; numbers.
Qed.

Lemma prop_1_descent_amended_inhabited : ltac:(inhabited prop_1_descent_amended).
Proof.
  exists V, four, origin, 0, 2, 1. destruct some_classes as [a [b _]].
  repeat (split; [first [assumption|exact on_frontier|lra|numbers]|]). numbers.
Qed.

Lemma prop_1_limit_amended_inhabited : ltac:(inhabited prop_1_limit_amended).
Proof.
  exists V, four, origin, 0, 2. destruct some_classes as [a [b _]].
  split; [exact a|]. split; [exact b|]. split; [exact on_frontier|]. split; [numbers|]. split; [|exists 1; split; [lra|numbers]].
  unfold frontier. apply Rgt_not_eq. numbers.
Qed.

(** * Certificates *)

Lemma identity_lipschitz : lipschitz (M := line) 1 (fun t => t).
Proof. intros a b. rewrite Rmult_1_l. apply Rle_refl. Qed.

Lemma signs_differ c : 0 < c -> sign (c * -1) <> sign (c * 1).
Proof. intros P. rewrite (sign_eq_m1 (c * -1)), (sign_eq_1 (c * 1)); lra. Qed.

Lemma property_1_inhabited : ltac:(inhabited property_1).
Proof.
  exists line, (fun t => t), 1, (-1). split; [exact identity_lipschitz|]. rewrite sign_eq_m1, sign_eq_1; lra.
Qed.

Lemma table_1_certificates_lipschitz_inhabited : ltac:(inhabited table_1_certificates_lipschitz).
Proof. exists line, 2, (fun t => 2 * t), 1, (-1). split; [lra|]. split; [apply test_lipschitz|apply signs_differ; lra]. Qed.

Lemma cor_1_proof_amended_inhabited : ltac:(inhabited cor_1_proof_amended).
Proof. exists line, 2, (fun t => 2 * t). split; [lra|apply test_lipschitz]. Qed.

(** Right on both classes, and 2 away from 0 there. *)
Lemma middle_lipschitz : lipschitz (M := normed V) 1 (fun t => t - 2).
Proof. intros a b. replace (a - 2 - (b - 2)) with (a - b) by ring. apply identity_lipschitz. Qed.

Lemma half_apart a b : four a -> origin b -> 2 <= dist a b / 2.
Proof. intros I J. pose proof (four_apart a b I J). lra. Qed.

Lemma middle_least x : four x \/ origin x -> 2 <= Rabs (x - 2).
Proof. intros [-> | ->]; unfold Rabs; destruct Rcase_abs; lra. Qed.

Lemma sec_3_2_each_amended_inhabited : ltac:(inhabited sec_3_2_each_amended).
Proof.
  destruct some_classes as [a [b _]]. split; [|split].
  - exists (normed V), (fun t => t - 2), 4, 0. split; [exact middle_lipschitz|lra].
  - exists (normed V), four, origin, (fun t => t - 2), 2. split; [exact middle_lipschitz|].
    split; [intros x ->; lra|]. split; [intros x ->; lra|]. split; [exact middle_least|]. exists 4, 0. split; reflexivity.
  - exists V, four, origin, 2. split; [exact a|]. split; [exact b|]. split; [exact half_apart|]. exists 4. left. reflexivity.
Qed.

Lemma cor_3_attack_amended_inhabited : ltac:(inhabited cor_3_attack_amended).
Proof.
  destruct some_classes as [a [b [closed [closed' apart]]]].
  split; [exists V, four, origin, 3, 2, 0, 1|exists V, four, origin, 3, 2, 4, 1]; (split; [exact test_euclidean|]);
    repeat (split; [assumption|]); (split; [exact on_frontier|]); (split; [numbers|]); (split; [lra|]);
    (split; [numbers|]); (split; [reflexivity|numbers]).
Qed.

Lemma cor_3_radius_inhabited : ltac:(inhabited cor_3_radius).
Proof. exists 0%nat, four, origin, 3. exact some_classes. Qed.

Lemma eq_1_inhabited : ltac:(inhabited eq_1).
Proof.
  split.
  - exists 0%nat, unit, (fun _ => tt), 0. apply (proj1 (proj2 (proj2 (eq_1 0 unit (fun _ => tt) 0)))). reflexivity.
  - exists 0%nat, bool, (fun z : R => if Rle_dec 4 z then true else false), 0. split.
    + intros x _ near N. assert (K : x < 4) by (destruct (Rle_dec 4 x), (Rle_dec 4 0); try congruence; lra).
      destruct (near (4 - x) ltac:(lra)) as [s [I J]]. change (Rabs (x - s) < 4 - x) in J. apply Rabs_def2 in J.
      apply I. destruct (Rle_dec 4 s), (Rle_dec 4 0); try reflexivity; lra.
    + exists 4. destruct (Rle_dec 4 4), (Rle_dec 4 0); try congruence; lra.
Qed.

Lemma itself_dense {M : metric} (X : M -> Prop) : dense_in X X.
Proof. split; [auto|]. intros x e I P. exists x. split; [exact I|]. rewrite (dist_self M). exact P. Qed.

(** From 3, of the class of 4, over 2 to 1; and the label itself, with radii that are at least 2. *)
Lemma cor_3_amended_inhabited : ltac:(inhabited cor_3_amended).
Proof.
  assert (C : forall x, label_of four origin x = if Rle_dec 2 x then true else false).
  { intros x. unfold label_of. assert (gap four x <= gap origin x <-> 2 <= x) by (split; intros; revert H; numbers).
    destruct (Rle_dec (gap four x)), (Rle_dec 2 x); tauto. }
  destruct some_classes as [a [b [closed [closed' apart]]]].
  split; exists 0%nat, four, origin; repeat (split; [assumption|]).
  - exists 3, 2, 0, 1. split; [exact on_frontier|]. split; [numbers|]. rewrite C. destruct (Rle_dec 2 3); [|lra].
    split; [split; [reflexivity|numbers]|]. split; [lra|numbers].
  - exists (label_of four origin), (fun x => four x \/ origin x). split; [apply itself_dense|]. split.
    + intros x _. rewrite C. unfold four, origin. split; intros ->; destruct Rle_dec; auto; lra.
    + exists (Finite 2). split; [|exists 4; left; reflexivity]. intros x I.
      rewrite (proj1 (cor_3_amended 0 four origin a b closed closed' apart)). exact (certified (space 0) four origin 2 a b half_apart x I).
Qed.

Lemma cor_3_best_amended_inhabited : ltac:(inhabited cor_3_best_amended).
Proof.
  split; classes.
  - exists (fun x => four x \/ origin x), (fun t => t - 2). split; [exact middle_lipschitz|]. split; [apply itself_dense|].
    split; [intros x _; split; intros ->; lra|]. exists 2. split; [exact middle_least|]. exists 4. left. reflexivity.
  - exists 2. apply certified; auto. exact half_apart.
Qed.

Lemma eq_2_amended_inhabited : ltac:(inhabited eq_2_amended).
Proof.
  destruct some_classes as [a [b [closed [closed' apart]]]].
  split; exists V, four, origin, (fun x => four x \/ origin x); repeat (split; [assumption|]).
  - exists (fun t => if Rle_dec 2 t then true else false), 2. split; [apply itself_dense|].
    split; [intros x _; split; intros ->; destruct Rle_dec; auto; lra|].
    split; [|exists 4, 0; split; reflexivity]. intros x t [-> | ->] N.
    + change (2 <= Rabs (4 - t)). destruct (Rle_dec 2 t), (Rle_dec 2 4); try congruence; rewrite ?Rabs_right; lra.
    + change (2 <= Rabs (0 - t)). destruct (Rle_dec 2 t), (Rle_dec 2 0); try congruence; try lra. rewrite Rabs_left; lra.
  - exists 2. split; [exact half_apart|]. exists 4, 0. split; [left; reflexivity|].
    unfold other_class, positive_class. intros [E _]. assert (gap origin 0 < gap four 0) by numbers.
    assert (gap four 4 <= gap origin 4) as K by numbers. apply E in K. lra.
Qed.

(** * Packings *)

Lemma eq_7_inhabited : ltac:(inhabited eq_7).
Proof. exists 1, 0. lra. Qed.

Lemma prop_7_shatter_step_amended_inhabited : ltac:(inhabited prop_7_shatter_step_amended).
Proof. exists line, 1, (fun t => t), 1, (-1). split; [exact identity_lipschitz|lra]. Qed.

Lemma two_separated : separated (M := line) (2 * 1) [0; 2] /\ separated (M := normed V) (2 * 1) [0; 2].
Proof.
  assert (G : forall x y : R, In x [0; 2] -> In y [0; 2] -> x <> y -> 2 * 1 <= Rabs (x - y)).
  { intros x y [<-|[<-|[]]] [<-|[<-|[]]] N; try contradiction; unfold Rabs; destruct Rcase_abs; lra. }
  split; exact G.
Qed.

Lemma prop_7_shatter_inhabited : ltac:(inhabited prop_7_shatter).
Proof.
  split; exists V, 1, [0; 2]; (split; [lra|]); [apply separated_shattered; [lra|]|]; apply two_separated.
Qed.

Lemma sec_5_zero_margin_amended_inhabited : ltac:(inhabited sec_5_zero_margin_amended).
Proof. exists line, [0; 2]. apply two_distinct. lra. Qed.

Lemma sec_5_fat_inhabited : ltac:(inhabited sec_5_fat).
Proof. exists line, 1, [0; 2]. split; [lra|]. apply separated_shattered; [lra|apply two_separated]. Qed.

Lemma sec_5_epsilon_amended_inhabited : ltac:(inhabited sec_5_epsilon_amended).
Proof.
  exists line, (fun x => x = 1), (fun x => x = -1), 1. split; [exists 1; reflexivity|]. split; [exists (-1); reflexivity|].
  split; [lra|]. exists (fun t => t). split; [exact identity_lipschitz|]. split; intros x ->; lra.
Qed.
