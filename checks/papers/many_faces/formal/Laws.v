(** Laws of examples and labels of any kind, by their means of Lipschitz functions: the risk, and what minimisers are. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses Entropy Risk Minimisers.
Open Scope R_scope.

(** What is used of the integral of Lipschitz functions with respect to a positive measure. *)
Definition tame {M : metric} (h : M -> R) := exists L, lipschitz L h.
Record integral {M : metric} (A : (M -> R) -> R) : Prop := Integral {
  adds : forall f g, tame f -> tame g -> A (fun u => f u + g u) = A f + A g;
  scales : forall c f, tame f -> A (fun u => c * f u) = c * A f;
  orders : forall f g, tame f -> tame g -> (forall u, f u <= g u) -> A f <= A g }.

(** A law of (X, Y): the means of h(X) where Y = 1, and where Y = -1, for Lipschitz h. All laws with finite first moments
    have them; on a bounded space these are all laws. *)
Record distribution (M : metric) := Distribution {
  mean_pos : (M -> R) -> R; mean_neg : (M -> R) -> R;
  pos_integral : integral mean_pos; neg_integral : integral mean_neg;
  total_chance : mean_pos (fun _ => 1) + mean_neg (fun _ => 1) = 1 }.
Arguments mean_pos {M}. Arguments mean_neg {M}.

Definition chance_pos {M} (D : distribution M) := mean_pos D (fun _ => 1).
Definition chance_neg {M} (D : distribution M) := mean_neg D (fun _ => 1).
Definition expected_loss {M} (loss : R -> R) (D : distribution M) (f : M -> R) : R :=
  mean_pos D (fun u => loss (f u)) + mean_neg D (fun u => loss (- f u)).
Definition best {M} (loss : R -> R) (D : distribution M) (L : R) (f : M -> R) :=
  lipschitz L f /\ forall g, lipschitz L g -> expected_loss loss D f <= expected_loss loss D g.

(** The law of a finite sample: its mean loss is the risk. *)
Lemma sum_integral (M : metric) n (p : nat -> M) (c : nat -> R) : (forall i, (i < n)%nat -> 0 < c i) ->
  integral (fun h : M -> R => sum n (fun i => c i * h (p i))).
Proof.
  intros P. split.
  - intros f g _ _. rewrite <- sum_plus. apply sum_ext. intros. ring.
  - intros d f _. rewrite <- sum_scale. apply sum_ext. intros. ring.
  - intros f g _ _ H. apply sum_le. intros i I. apply Rmult_le_compat_l; [apply Rlt_le, P, I|apply H].
Qed.

Lemma test_distribution (M : metric) (S : sample M) : weighted S -> mass_pos S + mass_neg S = 1 ->
  exists D, (forall loss f, expected_loss loss D f = risk loss S f) /\ chance_pos D = mass_pos S /\ chance_neg D = mass_neg S.
Proof.
  intros [W V] E. assert (One : forall n c, sum n (fun i => c i * 1) = sum n c) by (intros; apply sum_ext; intros; ring).
  exists (Distribution M _ _ (sum_integral M (many S) (x S) (w S) W) (sum_integral M (others S) (z S) (v S) V)
    ltac:(cbv beta; rewrite !One; exact E)). split; [reflexivity|]. unfold chance_pos, chance_neg. cbn [mean_pos mean_neg]. rewrite !One. split; reflexivity.
Qed.

(** * Integrals *)

Lemma tame_const (M : metric) c : tame (M := M) (fun _ => c).
Proof. exists 0. intros a b. rewrite Rminus_diag_eq, Rabs_R0, Rmult_0_l by reflexivity. apply Rle_refl. Qed.

Lemma tame_plus (M : metric) (f g : M -> R) : tame f -> tame g -> tame (fun u => f u + g u).
Proof.
  intros [K F] [L G]. exists (K + L). apply lipschitz_le. intros a b.
  pose proof (proj1 (lipschitz_le K f) F a b). pose proof (proj1 (lipschitz_le L g) G a b). lra.
Qed.

Lemma tame_times (M : metric) c (f : M -> R) : tame f -> tame (fun u => c * f u).
Proof.
  intros [L H]. exists (Rabs c * L). intros a b. rewrite <- Rmult_minus_distr_l, Rabs_mult, Rmult_assoc.
  apply Rmult_le_compat_l; [apply Rabs_pos|apply H].
Qed.

Lemma tame_bce (M : metric) (f : M -> R) : tame f -> tame (fun u => bce (f u)).
Proof. intros [L H]. exists L. intros a b. apply Rle_trans with (1 := bce_lipschitz _ _), H. Qed.

Lemma tame_opposite (M : metric) (f : M -> R) : tame f -> tame (fun u => - f u).
Proof. intros [L H]. exists L. apply opposite_lipschitz, H. Qed.

Section Integral.
Context {M : metric} (A : (M -> R) -> R) (I : integral A).

Lemma integral_const c : A (fun _ => c) = c * A (fun _ => 1).
Proof.
  rewrite <- (scales _ I c _ (tame_const M 1)). f_equal. apply functional_extensionality. intros. ring.
Qed.

Lemma integral_nonneg f : tame f -> (forall u, 0 <= f u) -> 0 <= A f.
Proof.
  intros H P. pose proof (orders _ I _ f (tame_const M 0) H P) as K. rewrite integral_const in K. lra.
Qed.

(** Functions c apart. *)
Lemma integral_shift f g c : tame f -> tame g -> (forall u, f u <= g u + c) -> A f <= A g + c * A (fun _ => 1).
Proof.
  intros F G H. rewrite <- integral_const, <- (adds _ I g _ G (tame_const M c)).
  apply (orders _ I); [exact F|apply tame_plus; [exact G|apply tame_const]|exact H].
Qed.

Lemma mass_nonneg : 0 <= A (fun _ => 1).
Proof. apply integral_nonneg; [apply tame_const|intros; lra]. Qed.
End Integral.

Section Law.
Context {M : metric} (D : distribution M).

Lemma chances : 0 <= chance_pos D /\ 0 <= chance_neg D /\ chance_pos D + chance_neg D = 1.
Proof.
  split; [apply mass_nonneg, pos_integral|]. split; [apply mass_nonneg, neg_integral|apply total_chance].
Qed.

Lemma expected_nonneg f : tame f -> 0 <= expected_loss bce D f.
Proof.
  intros H. apply Rplus_le_le_0_compat; (apply integral_nonneg; [apply pos_integral || apply neg_integral| |intros; apply Rlt_le, bce_pos]).
  - apply tame_bce, H.
  - apply tame_bce, tame_opposite, H.
Qed.

(** Functions e apart have risks e apart. *)
Lemma expected_close f g e : tame f -> tame g -> (forall u, Rabs (f u - g u) <= e) -> expected_loss bce D f <= expected_loss bce D g + e.
Proof.
  intros F G H. unfold expected_loss.
  assert (A : forall u, bce (f u) <= bce (g u) + e).
  { intros u. pose proof (bce_lipschitz (f u) (g u)) as B. pose proof (Rle_trans _ _ _ B (H u)) as K. apply Rabs_le_between in K. lra. }
  assert (A' : forall u, bce (- f u) <= bce (- g u) + e).
  { intros u. pose proof (bce_lipschitz (- f u) (- g u)) as B. replace (- f u - - g u) with (- (f u - g u)) in B by ring.
    rewrite Rabs_Ropp in B. pose proof (Rle_trans _ _ _ B (H u)) as K. apply Rabs_le_between in K. lra. }
  pose proof (integral_shift _ (pos_integral M D) _ _ e (tame_bce M f F) (tame_bce M g G) A) as P.
  pose proof (integral_shift _ (neg_integral M D) _ _ e (tame_bce M _ (tame_opposite M f F)) (tame_bce M _ (tame_opposite M g G)) A') as N.
  destruct chances as [_ [_ E]]. unfold chance_pos, chance_neg in E. assert (e * mean_pos D (fun _ => 1) + e * mean_neg D (fun _ => 1) = e); [|lra].
  rewrite <- Rmult_plus_distr_l, E. ring.
Qed.

(** What it costs and saves to lower f by e. *)
Lemma lowered f e s r : tame f -> 0 < e -> (forall u, sigma (- (f u - e)) <= s) -> (forall u, r <= sigma (f u - e)) ->
  expected_loss bce D (fun u => f u - e) <= expected_loss bce D f + e * (s * chance_pos D - r * chance_neg D).
Proof.
  intros F P S R0. assert (F' : tame (fun u => f u - e)) by (apply tame_plus; [exact F|apply tame_const]). unfold expected_loss.
  assert (A : forall u, bce (f u - e) <= bce (f u) + e * s).
  { intros u. destruct (bce_fall (f u - e) e P) as [B _]. replace (f u - e + e) with (f u) in B by ring.
    pose proof (Rmult_le_compat_l e _ _ (Rlt_le _ _ P) (S u)). lra. }
  assert (A' : forall u, bce (- (f u - e)) <= bce (- f u) + - (e * r)).
  { intros u. destruct (bce_fall (- f u) e P) as [_ B]. replace (- f u + e) with (- (f u - e)) in B by ring. rewrite Ropp_involutive in B.
    pose proof (Rmult_le_compat_l e _ _ (Rlt_le _ _ P) (R0 u)). lra. }
  pose proof (integral_shift _ (pos_integral M D) _ _ _ (tame_bce M _ F') (tame_bce M f F) A) as X.
  pose proof (integral_shift _ (neg_integral M D) _ _ _ (tame_bce M _ (tame_opposite M _ F')) (tame_bce M _ (tame_opposite M f F)) A') as Y.
  unfold chance_pos, chance_neg. lra.
Qed.
End Law.

(** Labels and signs exchanged. *)
Definition exchanged_labels {M} (D : distribution M) : distribution M :=
  Distribution M (mean_neg D) (mean_pos D) (neg_integral M D) (pos_integral M D) (eq_trans (Rplus_comm _ _) (total_chance M D)).

Lemma exchanged_loss (M : metric) loss (D : distribution M) f : expected_loss loss (exchanged_labels D) (fun u => - f u) = expected_loss loss D f.
Proof.
  unfold expected_loss. simpl. rewrite Rplus_comm. do 2 f_equal. apply functional_extensionality. intros. rewrite Ropp_involutive. reflexivity.
Qed.

Lemma exchanged_best (M : metric) (D : distribution M) L f : best bce D L f -> best bce (exchanged_labels D) L (fun u => - f u).
Proof.
  intros [H least]. split; [apply opposite_lipschitz, H|]. intros g G. rewrite exchanged_loss.
  replace (expected_loss bce (exchanged_labels D) g) with (expected_loss bce D (fun u => - g u)); [apply least, opposite_lipschitz, G|].
  rewrite <- exchanged_loss. f_equal. apply functional_extensionality. intros. ring.
Qed.

(** * Section 4 for all laws *)

Theorem prop_4_growth_amended : forall (M : metric) (D : distribution M) (L d : R) (f : M -> R) (u : M), 0 <= L ->
  lipschitz L f -> (forall s t : M, dist s t <= d) ->
  Rmin (chance_pos D) (chance_neg D) * (Rabs (f u) - L * d) <= expected_loss bce D f.
Proof.
  intros M D L d f u P H diam. assert (F : tame f) by (exists L; exact H).
  assert (G : forall (D : distribution M) f, lipschitz L f -> 0 <= f u -> Rmin (chance_pos D) (chance_neg D) * (Rabs (f u) - L * d) <= expected_loss bce D f).
  { clear D f H F. intros D f H S. assert (F : tame f) by (exists L; exact H). rewrite Rabs_right by lra.
    pose proof (chances D) as [C1 [C2 _]]. pose proof (expected_nonneg D f F) as E.
    destruct (Rle_lt_dec (f u - L * d) 0) as [N|N]; [assert (0 <= Rmin (chance_pos D) (chance_neg D)) by (apply Rmin_glb; assumption); nra|].
    assert (A : (f u - L * d) * chance_neg D <= mean_neg D (fun s => bce (- f s))).
    { unfold chance_neg. rewrite <- (integral_const _ (neg_integral M D)). apply (orders _ (neg_integral M D)); [apply tame_const|apply tame_bce, tame_opposite, F|].
      intros s. pose proof (bce_above (- f s)). pose proof (proj1 (lipschitz_le L f) H u s) as K. pose proof (Rmult_le_compat_l L _ _ P (diam u s)). lra. }
    assert (B : 0 <= mean_pos D (fun s => bce (f s))).
    { apply integral_nonneg; [apply pos_integral|apply tame_bce, F|intros; apply Rlt_le, bce_pos]. }
    unfold expected_loss. pose proof (Rmin_r (chance_pos D) (chance_neg D)). nra. }
  destruct (Rle_lt_dec 0 (f u)) as [S|S]; [apply G; assumption|].
  rewrite <- exchanged_loss, <- Rabs_Ropp, Rmin_comm. apply (G (exchanged_labels D) (fun s => - f s)); [apply opposite_lipschitz, H|lra].
Qed.

(** The log-odds of the labels. *)
Definition log_chance {M} (D : distribution M) := ln (chance_pos D / chance_neg D).

Lemma low_somewhere (M : metric) (D : distribution M) L f e : 0 < chance_pos D -> 0 < chance_neg D -> best bce D L f -> 0 < e ->
  exists u, f u < log_chance D + e.
Proof.
  intros P N [H least] E. apply NNPP. intros none. set (b := log_chance D) in *.
  assert (A : forall u, b + e / 2 <= f u - e / 2) by (intros u; apply Rnot_lt_le; intros K; apply none; exists u; lra).
  assert (up : forall s t, s <= t -> sigma s <= sigma t).
  { intros s t [K| ->]; [apply Rlt_le, sigma_increasing, K|apply Rle_refl]. }
  pose proof (lowered D f (e / 2) (sigma (- b)) (sigma (b + e / 2)) (ex_intro _ L H) ltac:(lra)
    ltac:(intros u; apply up; specialize (A u); lra) ltac:(intros u; apply up, A)) as K.
  specialize (least (fun u => f u - e / 2) (shifted M L (- (e / 2)) f H)).
  assert (Bal : chance_pos D * sigma (- b) = chance_neg D * sigma b) by (apply odds_balance; assumption).
  pose proof (Rmult_lt_compat_r _ _ _ N (sigma_increasing b (b + e / 2) ltac:(lra))).
  assert (Z : sigma (- b) * chance_pos D - sigma (b + e / 2) * chance_neg D < 0) by lra.
  apply (Rmult_lt_compat_l (e / 2)) in Z; lra.
Qed.

Theorem prop_5_restriction_amended : forall (M : metric) (D : distribution M) (L : R) (f : M -> R),
  0 < chance_pos D -> 0 < chance_neg D -> 0 <= L -> best bce D L f ->
  (forall e, 0 < e -> (exists u, f u < log_chance D + e) /\ (exists u, log_chance D - e < f u)) /\
  forall d, (forall s t : M, dist s t <= d) -> forall u, log_chance D - L * d <= f u <= log_chance D + L * d.
Proof.
  intros M D L f P N PL H.
  assert (A : forall e, 0 < e -> (exists u, f u < log_chance D + e) /\ (exists u, log_chance D - e < f u)).
  { intros e E. split; [apply (low_somewhere M D L f e P N H E)|].
    destruct (low_somewhere M (exchanged_labels D) L _ e N P (exchanged_best M D L f H) E) as [u U]. exists u.
    assert (log_chance (exchanged_labels D) = - log_chance D); [|lra]. unfold log_chance. change (chance_pos (exchanged_labels D)) with (chance_neg D).
    change (chance_neg (exchanged_labels D)) with (chance_pos D). rewrite <- ln_Rinv by (apply Rdiv_lt_0_compat; assumption). f_equal. field. lra. }
  split; [exact A|]. destruct H as [H _]. intros d diam u.
  assert (near : forall s t, f s - f t <= L * d).
  { intros s t. eapply Rle_trans; [apply (proj1 (lipschitz_le L f) H)|]. apply Rmult_le_compat_l; auto. }
  split; apply Rnot_lt_le; intros K.
  - destruct (A (log_chance D - L * d - f u) ltac:(lra)) as [_ [t T]]. specialize (near t u). lra.
  - destruct (A (f u - log_chance D - L * d) ltac:(lra)) as [[t T] _]. specialize (near u t). lra.
Qed.

(** The support of X: where every non-negative function that is not 0 has a mean that is not 0. *)
Definition in_support {M} (D : distribution M) (u : M) :=
  forall h, tame h -> (forall s, 0 <= h s) -> 0 < h u -> 0 < mean_pos D h + mean_neg D h.

Theorem eq_4_unique_laws : forall (M : metric) (D : distribution M) (L : R) (f g : M -> R), best bce D L f -> best bce D L g ->
  forall u, in_support D u -> f u = g u.
Proof.
  intros M D L f g [F least] [G least'] u I. set (m := fun s => (f s + g s) * / 2).
  assert (Tf : tame f) by (exists L; exact F). assert (Tg : tame g) by (exists L; exact G).
  assert (H : lipschitz L m).
  { apply lipschitz_le. intros a b. pose proof (proj1 (lipschitz_le L f) F a b). pose proof (proj1 (lipschitz_le L g) G a b). unfold m. lra. }
  assert (Tm : tame m) by (exists L; exact H).
  (* what convexity saves at an example, whatever its label *)
  set (saved := fun s => bce (f s) + bce (g s) + -2 * bce (m s)).
  assert (same : forall s, bce (- f s) + bce (- g s) + -2 * bce (- m s) = saved s) by (intros s; rewrite !bce_opposite; unfold saved, m; lra).
  assert (pos : forall s, 0 <= saved s) by (intros s; pose proof (bce_convex (f s) (g s)) as K; unfold saved, m, Rdiv in *; lra).
  assert (Ts : tame saved) by (apply tame_plus; [apply tame_plus; apply tame_bce; assumption|apply tame_times, tame_bce, Tm]).
  assert (E : mean_pos D saved + mean_neg D saved = expected_loss bce D f + expected_loss bce D g - 2 * expected_loss bce D m).
  { assert (split : forall A (a b c : M -> R), integral A -> tame a -> tame b -> tame c -> A (fun s => a s + b s + -2 * c s) = A a + A b - 2 * A c).
    { intros A a b c J Ta Tb Tc. rewrite (adds _ J (fun s => a s + b s) (fun s => -2 * c s)), (adds _ J a b), (scales _ J) by (auto using tame_plus, tame_times). ring. }
    unfold expected_loss. replace (mean_neg D saved) with (mean_neg D (fun s => bce (- f s) + bce (- g s) + -2 * bce (- m s))).
    - unfold saved. rewrite (split (mean_pos D)), (split (mean_neg D)) by (auto using tame_bce, tame_opposite, pos_integral, neg_integral). ring.
    - f_equal. apply functional_extensionality, same. }
  specialize (least m H). specialize (least' m H). specialize (I saved Ts pos). apply bce_convex_strict. apply Rnot_lt_le. intros K.
  assert (0 < saved u); [|specialize (I H0); lra]. unfold saved, m, Rdiv in *. lra.
Qed.

Theorem prop_6_translate : forall (M : metric) (D : distribution M) (L c : R) (f : M -> R), chance_pos D = chance_neg D ->
  best kr D L f -> best kr D L (fun u => f u - c).
Proof.
  intros M D L c f B [H least]. split; [apply (shifted M L (- c) f H)|]. intros g G.
  replace (expected_loss kr D (fun u => f u - c)) with (expected_loss kr D f); [apply least, G|].
  assert (F : tame (fun u => - f u)) by (apply tame_opposite; exists L; exact H). assert (F' : tame (fun u => - - f u)) by (apply tame_opposite, F).
  unfold expected_loss, kr. unfold chance_pos, chance_neg in B.
  replace (fun u => - (f u - c)) with (fun u => - f u + (fun _ => c) u) by (apply functional_extensionality; intros; ring).
  replace (fun u => - - (f u - c)) with (fun u => - - f u + (fun _ => - c) u) by (apply functional_extensionality; intros; ring).
  rewrite (adds _ (pos_integral M D) _ _ F (tame_const M c)), (adds _ (neg_integral M D) _ _ F' (tame_const M (- c))).
  rewrite (integral_const _ (pos_integral M D) c), (integral_const _ (neg_integral M D) (- c)), B. ring.
Qed.
