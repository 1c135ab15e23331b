(** Minimisers for all laws on a bounded space: the gradient they keep at every example, and what they gain most from. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Losses Entropy Risk Minimisers Reweighted Compact Laws Existence InstancesOfLaws.
Open Scope R_scope.

(** * Proposition 10: the loss keeps a gradient of a size that the labels, L and T give *)

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

(** * Appendix E: minimisers gain most between their own reweighted classes *)

Section Bounded.
Context {M : metric} (d : R) (diam : forall s t : M, dist s t <= d).

Lemma tame_bounded (f : M -> R) : tame f -> exists b, forall u, Rabs (f u) <= b.
Proof.
  intros [L H]. destruct (classic (exists o : M, True)) as [[o _]|none]; [|exists 0; intros u; destruct none; exists u; exact I].
  exists (Rabs (f o) + Rabs L * d). intros u. pose proof (Rabs_triang (f u - f o) (f o)) as T.
  replace (f u - f o + f o) with (f u) in T by ring. pose proof (H u o) as K. pose proof (Rle_abs L).
  pose proof (dist_nonneg M u o). pose proof (diam u o). pose proof (Rabs_pos L). nra.
Qed.

Lemma tame_product (f g : M -> R) : tame f -> tame g -> tame (fun u => f u * g u).
Proof.
  intros F G. destruct (tame_bounded f F) as [b B], (tame_bounded g G) as [c C], F as [K F], G as [L G].
  exists (b * L + c * K). intros s t. replace (f s * g s - f t * g t) with (f s * (g s - g t) + g t * (f s - f t)) by ring.
  apply Rle_trans with (1 := Rabs_triang _ _). rewrite !Rabs_mult.
  pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos (f s)) (Rabs_pos (g s - g t)) (B s) (G s t)).
  pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos (g t)) (Rabs_pos (f s - f t)) (C t) (F s t)). lra.
Qed.

Lemma tame_sigma (f : M -> R) : tame f -> tame (fun u => sigma (f u)).
Proof. intros [L H]. exists L. intros s t. apply Rle_trans with (1 := sigma_slope _ _), H. Qed.

Lemma mean_below (A : (M -> R) -> R) a b c t k : integral A -> tame a -> tame b -> tame c -> (forall u, a u <= b u + t * c u + k) ->
  A a <= A b + t * A c + k * A (fun _ => 1).
Proof.
  intros I Ta Tb Tc H. rewrite <- (scales A I t c Tc), <- (adds A I b (fun u => t * c u) Tb (tame_times M t c Tc)).
  apply (integral_shift A I); [exact Ta|apply tame_plus; [exact Tb|apply tame_times, Tc]|exact H].
Qed.

Context (D : distribution M) (f : M -> R) (F : tame f).

Definition law_gain (g : M -> R) := mean_pos D (fun u => sigma (- f u) * g u) - mean_neg D (fun u => sigma (f u) * g u).

Lemma weighted_tame g : tame g -> tame (fun u => sigma (- f u) * g u) /\ tame (fun u => sigma (f u) * g u).
Proof. intros G. split; apply tame_product; auto; apply tame_sigma; [apply tame_opposite|]; exact F. Qed.

(** The risk lies between its tangent at f and a parabola that touches it there. *)
Lemma law_tangent g : tame g -> expected_loss bce D f - (law_gain g - law_gain f) <= expected_loss bce D g.
Proof.
  intros G. destruct (weighted_tame g G) as [G1 G2], (weighted_tame f F) as [F1 F2]. unfold expected_loss, law_gain.
  pose proof (mean_below (mean_pos D) (fun u => bce (f u) + sigma (- f u) * f u) (fun u => bce (g u)) (fun u => sigma (- f u) * g u) 1 0
    (pos_integral M D) (tame_plus M _ _ (tame_bce M f F) F1) (tame_bce M g G) G1 ltac:(intros u; pose proof (proj1 (bce_line (f u) (g u))); lra)) as P.
  pose proof (mean_below (mean_neg D) (fun u => bce (- f u) + sigma (f u) * g u) (fun u => bce (- g u)) (fun u => sigma (f u) * f u) 1 0
    (neg_integral M D) (tame_plus M _ _ (tame_bce M _ (tame_opposite M f F)) G2) (tame_bce M _ (tame_opposite M g G)) F2
    ltac:(intros u; pose proof (proj1 (bce_line (- f u) (- g u))) as K; rewrite Ropp_involutive in K; lra)) as N.
  rewrite (adds _ (pos_integral M D) _ _ (tame_bce M f F) F1) in P. rewrite (adds _ (neg_integral M D) _ _ (tame_bce M _ (tame_opposite M f F)) G2) in N. lra.
Qed.

Lemma law_step (L : R) g : lipschitz L f -> lipschitz L g -> best bce D L f -> law_gain g <= law_gain f.
Proof.
  intros Lf Lg [_ least]. assert (G : tame g) by (exists L; exact Lg).
  destruct (tame_bounded (fun u => g u + -1 * f u) (tame_plus M _ _ G (tame_times M (-1) f F))) as [b B].
  assert (K : forall e, 0 < e <= 1 -> law_gain g - law_gain f <= e * (b * b)).
  { intros e [P Q]. set (h := fun u => f u + e * (g u + -1 * f u)).
    assert (H : lipschitz L h).
    { apply lipschitz_le. intros s t. pose proof (proj1 (lipschitz_le L f) Lf s t). pose proof (proj1 (lipschitz_le L g) Lg s t).
      unfold h. replace (f s + e * (g s + -1 * f s) - (f t + e * (g t + -1 * f t))) with ((1 - e) * (f s - f t) + e * (g s - g t)) by ring. nra. }
    assert (Th : tame h) by (exists L; exact H). specialize (least h H).
    destruct (weighted_tame g G) as [G1 G2], (weighted_tame f F) as [F1 F2].
    (* bce at f + e c is at most its value at f, plus e times the slope, plus e^2 c^2 *)
    assert (line : forall s c, Rabs c <= b -> bce (s + e * c) <= bce s - e * (sigma (- s) * c) + e * e * (b * b)).
    { intros s c C. pose proof (proj1 (bce_line (s + e * c) s)) as X. pose proof (sigma_slope (- (s + e * c)) (- s)) as Y.
      replace (- (s + e * c) - - s) with (- (e * c)) in Y by ring. rewrite Rabs_Ropp, Rabs_mult, (Rabs_right e) in Y by lra.
      assert (Z : - ((sigma (- (s + e * c)) - sigma (- s)) * c) <= e * (b * b)).
      { apply Rle_trans with (Rabs (sigma (- (s + e * c)) - sigma (- s)) * Rabs c).
        - rewrite <- Rabs_mult, <- Rabs_Ropp. apply Rle_abs.
        - pose proof (Rabs_pos c). apply Rle_trans with (e * Rabs c * Rabs c); [apply Rmult_le_compat_r; assumption|].
          rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat; assumption. }
      apply (Rmult_le_compat_l e) in Z; [|lra]. lra. }
    assert (T1 : tame (fun u => sigma (- f u) * (g u + -1 * f u))) by (apply weighted_tame, tame_plus; [exact G|apply tame_times, F]).
    assert (T2 : tame (fun u => sigma (f u) * (g u + -1 * f u))) by (apply weighted_tame, tame_plus; [exact G|apply tame_times, F]).
    pose proof (mean_below (mean_pos D) (fun u => bce (h u)) (fun u => bce (f u)) _ (- e) (e * e * (b * b)) (pos_integral M D)
      (tame_bce M h Th) (tame_bce M f F) T1 ltac:(intros u; pose proof (line (f u) _ (B u)); unfold h; lra)) as X.
    pose proof (mean_below (mean_neg D) (fun u => bce (- h u)) (fun u => bce (- f u)) _ e (e * e * (b * b)) (neg_integral M D)
      (tame_bce M _ (tame_opposite M h Th)) (tame_bce M _ (tame_opposite M f F)) T2
      ltac:(intros u; pose proof (line (- f u) (- (g u + -1 * f u)) ltac:(rewrite Rabs_Ropp; apply B)) as Z; rewrite Ropp_involutive in Z;
        unfold h; replace (- (f u + e * (g u + -1 * f u))) with (- f u + e * - (g u + -1 * f u)) by ring; lra)) as Y.
    assert (S : mean_pos D (fun u => sigma (- f u) * (g u + -1 * f u)) - mean_neg D (fun u => sigma (f u) * (g u + -1 * f u)) = law_gain g - law_gain f).
    { unfold law_gain. replace (fun u => sigma (- f u) * (g u + -1 * f u)) with (fun u => sigma (- f u) * g u + -1 * (sigma (- f u) * f u))
        by (apply functional_extensionality; intros; ring).
      replace (fun u => sigma (f u) * (g u + -1 * f u)) with (fun u => sigma (f u) * g u + -1 * (sigma (f u) * f u))
        by (apply functional_extensionality; intros; ring).
      rewrite (adds _ (pos_integral M D) _ (fun u => -1 * _) G1 (tame_times M (-1) _ F1)), (adds _ (neg_integral M D) _ (fun u => -1 * _) G2 (tame_times M (-1) _ F2)).
      rewrite (scales _ (pos_integral M D)), (scales _ (neg_integral M D)) by assumption. ring. }
    destruct (chances D) as [_ [_ E]]. unfold chance_pos, chance_neg in E. unfold expected_loss in least.
    assert (C : e * e * (b * b) * mean_pos D (fun _ => 1) + e * e * (b * b) * mean_neg D (fun _ => 1) = e * (e * (b * b))).
    { rewrite <- Rmult_plus_distr_l, E. ring. }
    apply Rmult_le_reg_l with e; [exact P|]. rewrite <- S. lra. }
  apply Rnot_lt_le. intros N. set (v := law_gain g - law_gain f) in *. assert (V : 0 < v) by (unfold v; lra).
  assert (Bb : 0 <= b * b) by apply Rle_0_sqr.
  pose proof (K (Rmin 1 (v / (2 * (1 + b * b)))) ltac:(split; [apply Rmin_glb_lt; [lra|apply Rdiv_lt_0_compat; lra]|apply Rmin_l])) as X.
  pose proof (Rmin_r 1 (v / (2 * (1 + b * b)))). assert (v / (2 * (1 + b * b)) * (1 + b * b) = v / 2) by (field; lra).
  assert (0 < v / (2 * (1 + b * b))) by (apply Rdiv_lt_0_compat; lra). nra.
Qed.
End Bounded.

Theorem app_e_potential_laws : forall (M : metric) (D : distribution M) (L d : R) (f : M -> R), (forall s t : M, dist s t <= d) ->
  lipschitz L f ->
  let gain g := mean_pos D (fun u => sigma (- f u) * g u) - mean_neg D (fun u => sigma (f u) * g u) in
  best bce D L f <-> mean_pos D (fun u => sigma (- f u)) = mean_neg D (fun u => sigma (f u)) /\ forall g, lipschitz L g -> gain g <= gain f.
Proof.
  intros M D L d f diam Lf gain. assert (F : tame f) by (exists L; exact Lf). change gain with (law_gain D f). split.
  - intros H. assert (G : forall g, lipschitz L g -> law_gain D f g <= law_gain D f f) by (intros g Lg; apply (law_step d diam D f F L g Lf Lg H)).
    split; [|exact G].
    assert (S : forall c, law_gain D f (fun u => f u + c) = law_gain D f f + c * (mean_pos D (fun u => sigma (- f u)) - mean_neg D (fun u => sigma (f u)))).
    { intros c. destruct (weighted_tame d diam f F f F) as [F1 F2]. pose proof (tame_sigma f F) as T. pose proof (tame_sigma _ (tame_opposite M f F)) as T'.
      unfold law_gain. replace (fun u => sigma (- f u) * (f u + c)) with (fun u => sigma (- f u) * f u + c * sigma (- f u)) by (apply functional_extensionality; intros; ring).
      replace (fun u => sigma (f u) * (f u + c)) with (fun u => sigma (f u) * f u + c * sigma (f u)) by (apply functional_extensionality; intros; ring).
      rewrite (adds _ (pos_integral M D) _ (fun u => c * _) F1 (tame_times M c _ T')), (adds _ (neg_integral M D) _ (fun u => c * _) F2 (tame_times M c _ T)).
      rewrite (scales _ (pos_integral M D)), (scales _ (neg_integral M D)) by assumption. ring. }
    pose proof (G _ (shifted M L 1 f Lf)) as A. pose proof (G _ (shifted M L (-1) f Lf)) as B. rewrite S in A, B. lra.
  - intros [_ G]. split; [exact Lf|]. intros g Lg. pose proof (law_tangent d diam D f F g (ex_intro _ L Lg)) as T.
    specialize (G g Lg). lra.
Qed.

Lemma app_e_potential_laws_inhabited : ltac:(inhabited app_e_potential_laws).
Proof. destruct coin_best as [f H]. exists spot, coin, 1, 0, f. split; [exact spot_dist|]. split; [apply H|exact H]. Qed.
