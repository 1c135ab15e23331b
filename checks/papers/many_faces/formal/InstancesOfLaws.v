(** Instances in which the hypotheses of the theorems on all laws are true. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Vectors Losses Entropy Risk Minimisers Nearest Compact Laws Existence.
Open Scope R_scope.

(** One point, with either label in half of all cases. *)
Definition spot : metric := part_of line (fun t => t = 0).
Definition there : spot := exist _ 0 eq_refl.

Lemma spot_dist (s t : spot) : dist s t <= 0.
Proof. destruct s as [s S], t as [t T]. simpl. subst. rewrite Rminus_0_r, Rabs_R0. lra. Qed.

Lemma spot_net : totally_bounded spot.
Proof. intros e P. exists 1%nat, (fun _ => there). intros u. exists 0%nat. split; [lia|]. pose proof (spot_dist u there). lra. Qed.

Lemma half_integral : integral (fun h : spot -> R => 1 / 2 * h there).
Proof. split; intros; try ring. specialize (H1 there). lra. Qed.

Definition coin : distribution spot := Distribution spot _ _ half_integral half_integral ltac:(lra).

Lemma coin_chances : chance_pos coin = 1 / 2 /\ chance_neg coin = 1 / 2.
Proof. unfold chance_pos, chance_neg. simpl. lra. Qed.

Lemma coin_best : exists f, best bce coin 1 f.
Proof. apply (proj1 prop_4_amended); [exact spot_net|lra|]. destruct coin_chances as [-> ->]. lra. Qed.

Lemma coin_everywhere : in_support coin there.
Proof. intros h _ _ P. simpl. lra. Qed.

(** The closed unit interval, one third of label +1 at 1, two thirds of label -1 at 0. *)

Definition unit_interval : metric := part_of (normed (space 0)) (fun t : space 0 => 0 <= (t : R) <= 1).

Definition left_end : unit_interval. Proof. refine (exist _ (0 : space 0) _). lra. Defined.

Definition right_end : unit_interval. Proof. refine (exist _ (1 : space 0) _). lra. Defined.

Lemma unit_net : totally_bounded unit_interval.
Proof.
  apply (bounded_totally_bounded 0 (fun t : space 0 => 0 <= (t : R) <= 1) 1).
  - exists (0 : R). lra.
  - intros x X. change (Rabs x <= 1). rewrite Rabs_right; lra.
Qed.

Lemma at_end (p : unit_interval) c : 0 <= c -> integral (fun h : unit_interval -> R => c * h p).
Proof. intros C. split; intros; try ring. apply Rmult_le_compat_l; [exact C|apply H1]. Qed.

Definition uneven : distribution unit_interval :=
  Distribution unit_interval _ _ (at_end right_end (1/3) ltac:(lra)) (at_end left_end (2/3) ltac:(lra)) ltac:(lra).

Lemma uneven_chances : chance_pos uneven = 1/3 /\ chance_neg uneven = 2/3.
Proof. unfold chance_pos, chance_neg. simpl. lra. Qed.

Lemma uneven_best : exists f, best bce uneven 1 f.
Proof. apply (proj1 prop_4_amended); [exact unit_net|lra|]. destruct uneven_chances as [-> ->]. lra. Qed.

Lemma uneven_dist (s t : unit_interval) : dist s t <= 1.
Proof. destruct s as [s S], t as [t T]. change (Rabs (s - t) <= 1). apply Rabs_le. lra. Qed.

Lemma uneven_support : in_support uneven left_end /\ in_support uneven right_end.
Proof. split; intros h _ N P; simpl; pose proof (N left_end); pose proof (N right_end); lra. Qed.

(** The support of a finite law on the line: 1 is in it, 0 is not. *)
Lemma test_support : exists D : distribution line, in_support D 1 /\ ~ in_support D 0.
Proof.
  assert (W : integral (fun h : line -> R => sum 1 (fun i => 1 / 2 * h 1))).
  { apply (sum_integral line 1 (fun _ => 1) (fun _ => 1 / 2)). intros; lra. }
  exists (Distribution line _ _ W W ltac:(simpl; lra)). split.
  - intros h _ _ P. simpl. lra.
  - intros H. specialize (H (fun t => Rabs (t - 1))). simpl in H.
    assert (0 < 0 + 1 / 2 * Rabs (1 - 1) + (0 + 1 / 2 * Rabs (1 - 1))); [|rewrite Rminus_diag_eq, Rabs_R0 in H0 by reflexivity; lra].
    apply H; [|intros; apply Rabs_pos|rewrite Rabs_left; lra].
    exists 1. intros a b. simpl. rewrite Rmult_1_l. apply Rle_trans with (1 := Rabs_triang_inv2 _ _). right. f_equal. ring.
Qed.

Lemma prop_4_growth_amended_inhabited : ltac:(inhabited prop_4_growth_amended).
Proof.
  exists unit_interval, uneven, 1, 1, (fun p => norm (proj1_sig p : space 0)), right_end. split; [lra|]. split; [|exact uneven_dist].
  intros s t. rewrite Rmult_1_l. apply (norm_triangle_inv (V := R_NormedModule)).
Qed.

Lemma prop_5_restriction_amended_inhabited : ltac:(inhabited prop_5_restriction_amended).
Proof.
  destruct uneven_best as [f F], uneven_chances as [P N].
  split; exists unit_interval, uneven, 1, f; (split; [rewrite P; lra|]; split; [rewrite N; lra|]; split; [lra|]; split; [exact F|]).
  - exists 1. lra.
  - exists 1. exact uneven_dist.
Qed.

Lemma eq_4_unique_laws_inhabited : ltac:(inhabited eq_4_unique_laws).
Proof.
  destruct uneven_best as [f F]. exists unit_interval, uneven, 1, f, f. split; [exact F|]. split; [exact F|]. exists left_end. apply uneven_support.
Qed.

Lemma prop_4_amended_inhabited : ltac:(inhabited prop_4_amended).
Proof.
  split.
  - exists spot, coin, 1. split; [exact spot_net|]. split; [lra|exact coin_best].
  - exists 0%nat, (fun x => x = 0), 0. split; [exists 0; reflexivity|]. intros x ->. right. apply (norm_zero (V := R_NormedModule)).
Qed.

Lemma prop_5_amended_inhabited : ltac:(inhabited prop_5_amended).
Proof.
  destruct (some_least spot coin 1 ltac:(lra)) as [r K], coin_chances as [P N].
  assert (C : converges (fun _ => coin) coin) by (intros h _; split; apply is_lim_seq_const).
  exists spot, coin, (fun _ => coin), 1, r, (fun _ => r). split; [exact spot_net|]. split; [lra|]. split; [exact C|]. split; [exact K|].
  split; [intros _; exact K|]. rewrite P, N. lra.
Qed.

Lemma prop_6_translate_inhabited : ltac:(inhabited prop_6_translate).
Proof.
  exists spot, coin, 1, 5, (fun _ => 0). destruct coin_chances as [P N]. rewrite P, N. split; [reflexivity|].
  split; [apply constant_function; lra|]. intros g _. unfold expected_loss, kr. simpl. lra.
Qed.
