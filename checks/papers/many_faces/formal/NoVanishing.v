(** Proposition 10 for all laws: the loss keeps a gradient at every example, of a size that the labels, L and T give. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Losses Entropy Risk Compact Laws Existence InstancesOfLaws.
Open Scope R_scope.

(** The chances of the labels, the greater by the smaller. *)
Definition chance_ratio {M} (D : distribution M) := Rmax (chance_pos D / chance_neg D) (chance_neg D / chance_pos D).

Lemma test_chance_ratio : chance_ratio coin = 1 /\ exists D : distribution spot, chance_ratio D = 3.
Proof.
  split; [destruct coin_chances as [P N]; unfold chance_ratio; rewrite P, N, Rmax_left; lra|].
  assert (I : forall c, 0 <= c -> integral (fun h : spot -> R => c * h there)).
  { intros c C. split; intros; try ring. apply Rmult_le_compat_l; [exact C|apply H1]. }
  exists (Distribution spot _ _ (I (1 / 4) ltac:(lra)) (I (3 / 4) ltac:(lra)) ltac:(lra)).
  unfold chance_ratio, chance_pos, chance_neg. simpl. rewrite Rmax_right; lra.
Qed.

Lemma temperature_law (M : metric) (D : distribution M) L T f : 0 < T ->
  best (fun t => bce (T * t)) D L f -> best bce D (T * L) (fun u => T * f u).
Proof.
  intros P [F least].
  assert (move : forall g : M -> R, expected_loss (fun t => bce (T * t)) D g = expected_loss bce D (fun u => T * g u)).
  { intros g. unfold expected_loss. do 2 f_equal. apply functional_extensionality. intros u. f_equal. ring. }
  split; [apply scaled_lipschitz; assumption|]. intros g G. rewrite <- move.
  replace (expected_loss bce D g) with (expected_loss (fun t => bce (T * t)) D (fun u => / T * g u)).
  - apply least. apply (scaled_lipschitz M g (/ T)) in G; [|apply Rinv_0_lt_compat, P].
    rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l in G by lra. exact G.
  - rewrite move. f_equal. apply functional_extensionality. intros. field. lra.
Qed.

Theorem prop_10_bounded : forall (M : metric) (D : distribution M) (L T d : R) (f : M -> R),
  0 < chance_pos D -> 0 < chance_neg D -> 0 <= L -> 0 < T -> (forall s t : M, dist s t <= d) ->
  best (fun t => bce (T * t)) D L f -> forall u, Rabs (f u) <= ln (chance_ratio D) / T + L * d.
Proof.
  intros M D L T d f P N PL Q diam H u. apply temperature_law in H; [|exact Q].
  destruct (prop_5_restriction_amended M D (T * L) _ P N ltac:(apply Rmult_le_pos; lra) H) as [_ A]. specialize (A d diam u).
  pose proof (Rdiv_lt_0_compat _ _ P N) as PN. pose proof (Rdiv_lt_0_compat _ _ N P) as NP.
  assert (up : log_chance D <= ln (chance_ratio D)) by (apply ln_le; [exact PN|apply Rmax_l]).
  assert (down : - log_chance D <= ln (chance_ratio D)).
  { replace (- log_chance D) with (ln (chance_neg D / chance_pos D)); [apply ln_le; [exact NP|apply Rmax_r]|].
    unfold log_chance. rewrite <- ln_Rinv by exact PN. f_equal. field. lra. }
  assert (E : Rabs (T * f u) <= T * (ln (chance_ratio D) / T + L * d)).
  { replace (T * (ln (chance_ratio D) / T + L * d)) with (ln (chance_ratio D) + T * L * d) by (field; lra). apply Rabs_le. lra. }
  rewrite Rabs_mult, (Rabs_right T) in E by lra. apply Rmult_le_reg_l in E; assumption.
Qed.

Theorem prop_10 : forall (M : metric) (D : distribution M) (L T d : R) (f : M -> R),
  0 < chance_pos D -> 0 < chance_neg D -> 0 <= L -> 0 < T -> (forall s t : M, dist s t <= d) ->
  best (fun t => bce (T * t)) D L f -> forall u y, y = 1 \/ y = -1 ->
  let K := T / (1 + chance_ratio D * exp (T * L * d)) in
  0 < K /\ is_derive (fun s => bce (y * (T * s))) (f u) (- (y * T * sigma (- (y * (T * f u))))) /\
  K <= Rabs (- (y * T * sigma (- (y * (T * f u))))).
Proof.
  intros M D L T d f P N PL Q diam H u y Y K. pose proof (prop_10_bounded M D L T d f P N PL Q diam H u) as B.
  destruct (prop_10_derivative_amended T (f u) y (ln (chance_ratio D) / T + L * d) Q Y) as [Der [E [_ G]]]. specialize (G B).
  assert (R0 : 0 < chance_ratio D) by (eapply Rlt_le_trans; [|apply Rmax_l]; apply Rdiv_lt_0_compat; assumption).
  replace (T * (ln (chance_ratio D) / T + L * d)) with (ln (chance_ratio D) + T * L * d) in G by (field; lra).
  rewrite exp_plus, exp_ln in G by exact R0. split; [|split; [exact Der|rewrite E; exact G]].
  pose proof (exp_pos (T * L * d)) as X. apply Rdiv_lt_0_compat; [exact Q|]. pose proof (Rmult_lt_0_compat _ _ R0 X). lra.
Qed.

Lemma coin_cold : exists f, best (fun t => bce (1 * t)) coin 1 f.
Proof.
  destruct coin_best as [f F]. exists f. replace (fun t => bce (1 * t)) with bce; [exact F|].
  apply functional_extensionality. intros. rewrite Rmult_1_l. reflexivity.
Qed.

Lemma prop_10_bounded_inhabited : ltac:(inhabited prop_10_bounded).
Proof.
  destruct coin_cold as [f F], coin_chances as [P N]. exists spot, coin, 1, 1, 0, f. rewrite P, N.
  repeat (split; [first [lra|exact spot_dist]|]). exact F.
Qed.

Lemma prop_10_inhabited : ltac:(inhabited prop_10).
Proof.
  destruct coin_cold as [f F], coin_chances as [P N]. exists spot, coin, 1, 1, 0, f. rewrite P, N.
  repeat (split; [first [lra|exact spot_dist]|]). split; [exact F|]. exists there, 1. auto.
Qed.
