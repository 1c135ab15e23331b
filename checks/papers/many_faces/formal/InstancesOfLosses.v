(** Instances in which the hypotheses of the theorems on losses, least risks and transport are true. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Losses Entropy Risk Transport.
Open Scope R_scope.

(** The examples 1, -1, -1, ... of the labels 1, -1, -1, ..., right for f(t) = t. *)
Definition example (k : nat) : line := match k with O => 1 | _ => -1 end.
Definition same (t : line) : R := t.

Lemma same_lipschitz : lipschitz 1 same.
Proof. intros a b. rewrite Rmult_1_l. apply Rle_refl. Qed.

Lemma right_examples k : 0 < example k * same (example k).
Proof. destruct k; unfold same; simpl; lra. Qed.

(** f_t(u) = t u *)
Definition steep (t : nat) (u : line) := INR t * same u.

Lemma steep_lipschitz t : lipschitz (INR t) (steep t).
Proof. unfold steep. rewrite <- (Rmult_1_r (INR t)) at 1. intros a b. rewrite <- Rmult_minus_distr_l, Rabs_mult, Rmult_1_r,
  (Rabs_right (INR t)) by (apply Rle_ge, pos_INR). apply Rmult_le_compat_l; [apply pos_INR|]. rewrite <- (Rmult_1_l (dist a b)). apply same_lipschitz. Qed.

Lemma steep_losses p : (0 < p)%nat -> is_lim_seq (fun t => mean p (fun k => bce (example k * steep t (example k)))) 0.
Proof.
  intros P. apply (is_lim_comp_seq _ INR p_infty 0 (ex_2_sequence line p example example same P (fun k _ => right_examples k))).
  - exists 0%nat. discriminate.
  - apply is_lim_seq_INR.
Qed.

Lemma loss_of_naturals : is_lim_seq (fun t => bce (INR t)) 0.
Proof.
  apply is_lim_seq_ext with (2 := steep_losses 1 ltac:(lia)). intros t. unfold mean, steep, same; simpl.
  replace (1 * (INR t * 1)) with (INR t) by ring. field.
Qed.

Lemma eq_15_amended_inhabited : ltac:(inhabited eq_15_amended).
Proof. exists line, 2%nat, example, example, same, 0%nat, 1%nat. repeat split; lia. Qed.

Lemma prop_3_bound_inhabited : ltac:(inhabited prop_3_bound).
Proof.
  split.
  - exists line, 2%nat, example, example, same, 1. eexists. exists 0%nat, 1%nat. split; [exact same_lipschitz|]. repeat split; lia.
  - exists (/ 2). pose proof ln_lt_2. lra.
Qed.

Lemma prop_3_inhabited : ltac:(inhabited prop_3).
Proof.
  exists line, 2%nat, example, example, steep, INR, 0%nat, 1%nat.
  repeat (split; [first [lia|reflexivity]|]). split; [exact steep_lipschitz|]. apply steep_losses. lia.
Qed.

Lemma eq_16_inhabited : ltac:(inhabited eq_16).
Proof.
  exists INR, (fun t => - INR t). split; [exact loss_of_naturals|].
  apply is_lim_seq_ext with (2 := loss_of_naturals). intros t. rewrite Ropp_involutive. reflexivity.
Qed.

Lemma sec_4_saturation_amended_inhabited : ltac:(inhabited sec_4_saturation_amended).
Proof.
  split; [exists 1%nat, INR, 0%nat; lia|].
  split; exists line, 2%nat, example, example, steep; [exists 0%nat|exists 1%nat]; (split; [lia|]);
    (split; [apply steep_losses; lia|reflexivity]).
Qed.

Lemma ex_2_positive_inhabited : ltac:(inhabited ex_2_positive).
Proof. exists 1%nat, INR. lia. Qed.

Lemma ex_2_sequence_inhabited : ltac:(inhabited ex_2_sequence).
Proof. exists line, 2%nat, example, example, same. split; [lia|]. intros k _. apply right_examples. Qed.

(** What is computed step by step is there. *)
Lemma fig_2a_newton_inhabited : ltac:(inhabited fig_2a_newton).
Proof.
  exists (fix W k := match k with O => 1 | S k => W k - -1 / (1 + exp (W k)) / (exp (W k) / (1 + exp (W k)) ^ 2) end).
  split; [lra|]. split; [reflexivity|]. exists 1%nat. lia.
Qed.

Lemma fig_2a_descent_inhabited : ltac:(inhabited fig_2a_descent).
Proof.
  exists (1 / 2), (fix W k := match k with O => 0 | S k => W k - 1 / 2 * (-1 / (1 + exp (W k))) end).
  repeat (split; [first [lra|reflexivity]|]). reflexivity.
Qed.

Lemma prop_4_limit_inhabited : ltac:(inhabited prop_4_limit).
Proof. split; [exists (-1), 0; auto|]. split; [exists 1; lra|]. exists (ln 2). lra. Qed.

(** Two points at the distance 1, one of each label, and the function that is 1/2 and -1/2 there. *)
Definition pair : metric.
Proof.
  refine (Metric bool (fun x y => if Bool.eqb x y then 0 else 1) _ _ _ _).
  - intros []; reflexivity.
  - intros [] []; simpl; auto; lra.
  - intros [] []; reflexivity.
  - intros [] [] []; simpl; lra.
Defined.
Definition halves (u : pair) : R := if u then 1 / 2 else - (1 / 2).
Definition one_each : sample pair := Sample pair 1 (fun _ => true) (fun _ => 1) 1 (fun _ => false) (fun _ => 1).

Lemma halves_lipschitz : lipschitz 1 halves.
Proof. intros [] []; unfold halves; simpl; unfold Rabs; destruct Rcase_abs; lra. Qed.

Lemma near (s t : pair) : dist s t <= 1.
Proof. destruct s, t; simpl; lra. Qed.

Lemma one_each_sample : weighted one_each /\ both_labels one_each.
Proof. split; split; simpl; intros; first [lra|lia]. Qed.

Lemma least_pair T (g : pair -> R) : 0 < T -> lipschitz 1 g ->
  bce (T * halves true) + bce (T * - halves false) <= bce (T * g true) + bce (T * - g false).
Proof.
  intros P H. pose proof (proj1 (lipschitz_le 1 g) H true false) as K. simpl in K. unfold halves.
  replace (- - (1 / 2)) with (1 / 2) by ring. pose proof (bce_convex (T * g true) (T * - g false)) as C.
  assert (bce (T * (1 / 2)) <= bce ((T * g true + T * - g false) / 2)); [|lra]. apply bce_antitone. nra.
Qed.

Lemma halves_minimise : minimises bce one_each 1 halves.
Proof.
  split; [exact halves_lipschitz|]. intros g G. pose proof (least_pair 1 g Rlt_0_1 G) as H. rewrite !Rmult_1_l in H.
  unfold risk; simpl in *. lra.
Qed.

Lemma prop_5_lipschitz_inhabited : ltac:(inhabited prop_5_lipschitz).
Proof.
  split; [exists 0, 1, 1; auto|]. exists pair, 1, (1 / 2), halves, (-1). split; [auto|]. split; [exact halves_lipschitz|].
  intros []; unfold halves, Rabs; destruct Rcase_abs; lra.
Qed.

Lemma prop_5_inequality_inhabited : ltac:(inhabited prop_5_inequality).
Proof.
  exists R, (fun u => 0 <= u), (fun u => u), (fun u => u + 1), 0, 0, 1.
  repeat (split; [intros; lra|]). intros h _. rewrite Rabs_left; lra.
Qed.

Lemma prop_4_sign_inhabited : ltac:(inhabited prop_4_sign).
Proof.
  exists pair, 1, 1, (fun u => 3 / 2 + halves u). split; [lra|]. split; [|split; [exact near|]].
  - apply lipschitz_le. intros s t. pose proof (proj1 (lipschitz_le 1 halves) halves_lipschitz s t). lra.
  - intros e P. exists true. unfold halves. rewrite Rabs_right; lra.
Qed.

Lemma app_d_vanishing_amended_inhabited : ltac:(inhabited app_d_vanishing_amended).
Proof. exists line, 1, 2, 0, 1. split; [lra|]. split; [lra|]. exists same. exact same_lipschitz. Qed.

Lemma prop_10_derivative_amended_inhabited : ltac:(inhabited prop_10_derivative_amended).
Proof. exists 2, 1, (-1), 1. split; [lra|]. split; [auto|]. rewrite Rabs_R1. lra. Qed.

Lemma sec_5_detect_inhabited : ltac:(inhabited sec_5_detect).
Proof.
  exists line, 2%nat, INR, (fun k => INR k + 1), same, 1, 2, 1.
  repeat (split; [first [lia|lra|exact same_lipschitz]|]). intros k _. simpl. rewrite Rabs_left; lra.
Qed.

(** * The least risk *)

Lemma mcshane_inhabited : ltac:(inhabited mcshane).
Proof.
  exists line, 1%nat, INR, INR, 1. split; [lra|]. intros i j _ _. rewrite Rmult_1_l. apply Rle_abs.
Qed.

Lemma eq_4_unique_inhabited : ltac:(inhabited eq_4_unique).
Proof.
  split.
  - exists pair, one_each. do 3 eexists. split; [apply one_each_sample|]. split; exact halves_minimise.
  - exists line, 1%nat, INR, INR, 1, same. split; [lra|]. split; [exact same_lipschitz|]. split; [reflexivity|]. exists 1%nat. lia.
Qed.

Lemma eq_4_pairs_inhabited : ltac:(inhabited eq_4_pairs).
Proof.
  exists pair, one_each, 1, bce, (fun _ => 1 / 2), (fun _ => - (1 / 2)). split; [apply one_each_sample|]. split; [apply one_each_sample|].
  split; [lra|]. split; [exact bce_antitone|]. intros; simpl; lra.
Qed.

Lemma eq_4_neighbours_inhabited : ltac:(inhabited eq_4_neighbours).
Proof.
  exists 2%nat, INR, INR, 1. split; [lra|]. split; intros i _; rewrite S_INR; [lra|]. rewrite Rabs_left; lra.
Qed.

(** One unit of mass from 1 to -1, of 2 that are there and 3 that are wanted. *)
Definition unit_plan (i j : nat) := 1.

Lemma unit_plan_nonneg (i j : nat) : 0 <= unit_plan i j.
Proof. unfold unit_plan. lra. Qed.

Lemma eq_4_dual_inhabited : ltac:(inhabited eq_4_dual).
Proof.
  exists line, two_points, 1, bce, entropy, unit_plan, same. split; [apply test_weighted|]. split; [exact unit_plan_nonneg|].
  split; [exact same_lipschitz|]. unfold sent, received, unit_plan; simpl. split; intros; apply entropy_bound_closed; lra.
Qed.

Lemma dual_bce_inhabited : ltac:(inhabited dual_bce).
Proof.
  exists line, two_points, 1, unit_plan, same. split; [apply test_weighted|]. split; [exact unit_plan_nonneg|].
  split; [exact same_lipschitz|]. unfold sent, received, unit_plan; simpl. split; intros; lra.
Qed.

Lemma dual_hinge_inhabited : ltac:(inhabited dual_hinge).
Proof. destruct dual_bce_inhabited as [M [S [L H]]]. exists M, S, L, 1. exact H. Qed.

Lemma dual_kr_inhabited : ltac:(inhabited dual_kr).
Proof.
  exists pair, one_each, 1, unit_plan, halves. split; [exact unit_plan_nonneg|]. split; [exact halves_lipschitz|].
  unfold sent, received, unit_plan; simpl. split; intros; ring.
Qed.

Lemma dual_hkr_inhabited : ltac:(inhabited dual_hkr).
Proof.
  exists pair, one_each, 1, 1, 2, unit_plan, halves. split; [apply one_each_sample|]. split; [lra|]. split; [exact unit_plan_nonneg|].
  split; [exact halves_lipschitz|]. unfold sent, received, unit_plan; simpl. split; intros; lra.
Qed.

Lemma eq_4_hinge_inhabited : ltac:(inhabited eq_4_hinge).
Proof.
  split; exists pair, one_each, 1, (1 / 2); (split; [apply one_each_sample|]); (split; [apply one_each_sample|]); (split; [lra|]);
    intros e P; exists halves; (split; [exact halves_lipschitz|]); unfold risk, hinge, halves; simpl; rewrite !Rmax_left; lra.
Qed.

Lemma sec_4_zero_inhabited : ltac:(inhabited sec_4_zero).
Proof.
  exists line, two_points, 1, 2, same, 0%nat, 0%nat. split; [apply test_weighted|]. split; [exact same_lipschitz|].
  simpl. repeat (split; [first [lia|lra]|]). lra.
Qed.

(** The expectation over the two points. *)
Definition average (loss : pair -> R -> R) : Rbar := Finite ((loss true 1 + loss false (-1)) / 2).

Lemma halves_best T (g : pair -> R) : 0 < T -> lipschitz 1 g ->
  Rbar_le (average (fun u y => bce (T * (y * halves u)))) (average (fun u y => bce (T * (y * g u)))).
Proof.
  intros P G. pose proof (least_pair T g P G) as H. unfold average.
  assert (E : forall h : pair -> R, bce (T * (1 * h true)) + bce (T * (-1 * h false)) = bce (T * h true) + bce (T * - h false)).
  { intros h. f_equal; f_equal; ring. }
  rewrite !E. simpl in *. lra.
Qed.

Lemma sec_4_temperature_inhabited : ltac:(inhabited sec_4_temperature).
Proof.
  split; exists pair, average, 1.
  - exists 2. split; [lra|]. exists halves. split; [split; [exact halves_lipschitz|intros g G; apply halves_best; auto; lra]|].
    exists (fun u => 2 * halves u). apply scaled_lipschitz; [lra|exact halves_lipschitz].
  - exists 1. split; [lra|]. exists halves. rewrite Rmult_1_r.
    split; [exact halves_lipschitz|intros g G; apply halves_best; auto; lra].
Qed.

(** * Transport *)

Lemma falling n : (0 < n)%nat -> minimises kr (figure_4 n) 1 (fun t => - t).
Proof.
  intros P. apply prop_6_potential_amended; [exact P|]. split; [apply opposite_lipschitz, same_lipschitz|].
  intros i _. unfold atom_p, atom_q. ring.
Qed.

Lemma prop_6_potential_amended_inhabited : ltac:(inhabited prop_6_potential_amended).
Proof. exists 2%nat. eexists. split; [lia|apply falling; lia]. Qed.

Lemma prop_6_plan_inhabited : ltac:(inhabited prop_6_plan).
Proof.
  split; [exists 2%nat; split; [lia|exists 1%nat; lia]|]. split; [exists 2%nat; split; [lia|exists 1%nat; lia]|].
  exists 2%nat. split; [lia|]. exists (fun _ _ => 1 / 4). split; [intros; lra|]. split; intros; simpl; lra.
Qed.

Lemma prop_6_free_inhabited : ltac:(inhabited prop_6_free).
Proof.
  split; exists 2%nat; (split; [lia|]); [exists same, 1%nat; exact same_lipschitz|]. exists 1. rewrite Rabs_R1. lra.
Qed.

Lemma prop_6_monotone_amended_inhabited : ltac:(inhabited prop_6_monotone_amended).
Proof. exists 2%nat. eexists. split; [lia|]. split; [apply falling; lia|]. exists 0%nat, 1%nat. lia. Qed.

Lemma prop_6_count_amended_inhabited : ltac:(inhabited prop_6_count_amended).
Proof.
  split; [|split; [exists 2%nat; lia|]]; exists 2%nat; (split; [lia|]); eexists; [exists 0|]; apply falling; lia.
Qed.

Lemma fig_4_amended_inhabited : ltac:(inhabited fig_4_amended).
Proof. split; eexists; [exists 0|]; apply falling; lia. Qed.

Lemma prop_6_choice_amended_inhabited : ltac:(inhabited prop_6_choice_amended).
Proof. exists (1 / 2), 3%nat. split; [lra|]. split; [simpl; lra|]. eexists. exists 0. apply falling. lia. Qed.

Lemma prop_6_inhabited : ltac:(inhabited prop_6).
Proof. exists 1. lra. Qed.

Lemma eq_6_amended_inhabited : ltac:(inhabited eq_6_amended).
Proof.
  exists pair, one_each, (fun _ _ => 2), halves. split; [intros; lra|]. unfold sent, received; simpl.
  split; [intros; ring|]. split; [intros; ring|exact halves_lipschitz].
Qed.

Lemma eq_6_minimum_amended_inhabited : ltac:(inhabited eq_6_minimum_amended).
Proof.
  exists pair, one_each. split; [apply one_each_sample|]. apply eq_6_minimum_amended; [apply one_each_sample|reflexivity].
Qed.
