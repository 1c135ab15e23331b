(** Instances in which the hypotheses of the theorems on several classes, minimisers and reweighted classes are true. *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Vectors Frontier Losses Entropy Risk Powers Multiclass Minimisers FourPoints Reweighted.
From ManyFaces Require Import Classifiers Duality.
Import ListNotations.
Open Scope R_scope.

Lemma eq_14_inhabited : ltac:(inhabited eq_14).
Proof. exists 1, 2, 3. lra. Qed.

(** The classes {0} and {1} on the line. *)
Definition number (k : nat) (x : normed R_NormedModule) := x = INR k.

Lemma number_gap k x : gap (number k) x = Rabs (x - INR k).
Proof. exact (gap_point (M := normed R_NormedModule) (INR k) x). Qed.

Lemma number_some k : nonempty (number k).
Proof. exists (INR k). reflexivity. Qed.

Lemma two_numbers : two_classes 2 number.
Proof. exists 0%nat, 1%nat. repeat split; try lia; apply number_some. Qed.

Lemma number_cell k : (k < 2)%nat -> in_cell 2 number k (INR k).
Proof.
  intros L. split; [exact L|]. split; [apply number_some|]. intros m Lm D _. rewrite !number_gap.
  destruct k as [|[|k]], m as [|[|m]]; try lia; simpl; unfold Rabs; repeat destruct Rcase_abs; lra.
Qed.

Lemma number_tied : tied 2 number (1 / 2).
Proof.
  exists 0%nat, 1%nat. split; [lia|]. split; (split; [lia|]; split; [apply number_some|]); intros m Lm _; rewrite !number_gap;
    destruct m as [|[|m]]; try lia; simpl; unfold Rabs; repeat destruct Rcase_abs; lra.
Qed.

Lemma number_closed k : is_closed (number k).
Proof. exact (point_closed (M := normed R_NormedModule) (INR k)). Qed.

Lemma number_apart k l : k <> l -> disjoint (number k) (number l).
Proof. intros D x A B. apply D, INR_eq. unfold number in *. congruence. Qed.

Lemma prop_1_inhabited : ltac:(inhabited prop_1).
Proof. exists R_NormedModule, (number 0), (number 1). repeat (split; [apply number_closed|]). apply number_apart. lia. Qed.

(** On {0, 1} the label true of 1; the error is that at 0. *)
Lemma cor_3_risk_inhabited : ltac:(inhabited cor_3_risk).
Proof.
  set (X := fun x : normed R_NormedModule => number 0 x \/ number 1 x). set (b := fun x : R => if Rle_dec 1 x then true else false).
  assert (b0 : b 0 = false) by (unfold b; destruct Rle_dec; [lra|reflexivity]).
  assert (b1 : b 1 = true) by (unfold b; destruct Rle_dec; [reflexivity|lra]).
  assert (closed : forall c, closed_in X (fun x : normed R_NormedModule => X x /\ b x = c)).
  { intros c x I near. split; [exact I|]. destruct (near 1 Rlt_0_1) as [s [[J E] D]]. change (Rabs (x - s) < 1) in D.
    apply Rabs_def2 in D. unfold X, number in I, J. simpl in I, J. assert (x = s) as -> by lra. exact E. }
  exists R_NormedModule, X, b, (fun g : normed R_NormedModule -> bool => if g 0 then 1 else 0), true.
  split; [exists 1; split; [right; reflexivity|exact b1]|]. split; [exists 0; split; [left; reflexivity|exact b0]|].
  split; [apply closed|]. split; [apply closed|]. intros g h same. rewrite (same 0); [reflexivity|left; reflexivity].
Qed.

Lemma prop_2_inhabited : ltac:(inhabited prop_2).
Proof. exists R_NormedModule, 2%nat, number. split; [exact number_closed|exact number_apart]. Qed.

Lemma prop_2_opposite_inhabited : ltac:(inhabited prop_2_opposite).
Proof. exists R_NormedModule, 2%nat, number, 0%nat, 1%nat. split; [lia|]. exists (INR 0), (INR 1). split; apply number_cell; lia. Qed.

Lemma prop_2_lipschitz_inhabited : ltac:(inhabited prop_2_lipschitz).
Proof. exists R_NormedModule, 2%nat, number, 2. split; [exact two_numbers|lra]. Qed.

Lemma prop_2_argmax_inhabited : ltac:(inhabited prop_2_argmax).
Proof.
  exists R_NormedModule, 2%nat, number. split; [exact two_numbers|]. split; [exact number_closed|]. split; [exact number_apart|].
  exists 0%nat, (INR 0). split; [lia|]. split; [reflexivity|]. exists 1%nat. lia.
Qed.

Lemma eq_13_inhabited : ltac:(inhabited eq_13).
Proof.
  split; exists R_NormedModule, 2%nat, number; (split; [exact two_numbers|]).
  - exists (INR 0), 0%nat, 0%nat.
    pose proof (prop_2_argmax R_NormedModule 2 number two_numbers number_closed number_apart 0 (INR 0) ltac:(lia) eq_refl 1 ltac:(lia)) as H.
    rewrite (multi_cell 2 number 0 (INR 0) 1 (number_cell 0 ltac:(lia))) in H. simpl in H. split; exact H.
  - exists (1 / 2), 0%nat. exact number_tied.
Qed.

(** * Minimisers *)

Lemma four_weighted : weighted four_points /\ both_labels four_points.
Proof. split; split; simpl; try lia; intros [|i] _; simpl; lra. Qed.

Lemma four_minimiser L : 0 <= L -> exists f, minimises bce four_points L f.
Proof. apply attained; apply four_weighted. Qed.

Lemma app_e_potential_inhabited : ltac:(inhabited app_e_potential).
Proof.
  destruct (four_minimiser 1 ltac:(lra)) as [f F]. exists line, four_points, 1, f.
  split; [apply four_weighted|]. split; [apply four_weighted|]. split; [lra|]. split; [apply F|exact F].
Qed.

Lemma ex_3_minimiser_inhabited : ltac:(inhabited ex_3_minimiser).
Proof. destruct (four_minimiser 1 ltac:(lra)) as [f F]. exists 1, f. split; [lra|exact F]. Qed.

Lemma ex_3_threshold_inhabited : ltac:(inhabited ex_3_threshold).
Proof.
  split.
  - assert (P : ln 17 < ln 18) by (apply ln_increasing; lra). assert (Q : 0 < ln 17) by (rewrite <- ln_1; apply ln_increasing; lra).
    destruct (four_minimiser (ln 18) ltac:(lra)) as [f F]. exists (ln 18), f. split; [lra|]. split; [exact F|].
    apply (ex_3_threshold (ln 18) f ltac:(lra) F). exact P.
  - destruct (four_minimiser 1 ltac:(lra)) as [f F]. exists 1, f. split; [lra|]. split; [exact F|].
    apply exp_lt_inv. rewrite exp_ln by lra. pose proof exp_le_3. lra.
Qed.
