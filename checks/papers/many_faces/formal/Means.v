(** Appendix E: the binary cross-entropy and the reweighted classes, for probability measures on any space. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Losses.
Open Scope R_scope.

(** Bounded functions of an example that tend to a function at every example. *)
Definition tend_boundedly {T} (h : nat -> T -> R) (g : T -> R) :=
  (exists b, forall n u, Rabs (h n u) <= b) /\ forall u, is_lim_seq (fun n => h n u) (g u).

(** The bounded measurable functions of a sigma-algebra are such a set, *)
Record observables {T} (F : (T -> R) -> Prop) : Prop := Observables {
  bounded_each : forall f, F f -> exists b, forall u, Rabs (f u) <= b;
  sums : forall f g, F f -> F g -> F (fun u => f u + g u);
  products : forall f g, F f -> F g -> F (fun u => f u * g u);
  composites : forall (phi : R -> R) f, (forall t, continuous phi t) -> F f -> F (fun u => phi (f u));
  limits : forall h g, (forall n, F (h n)) -> tend_boundedly h g -> F g }.

(** and their integrals with respect to a probability measure are just this. *)
Record probability {T} (F : (T -> R) -> Prop) (A : (T -> R) -> R) : Prop := Probability {
  mean_sum : forall f g, F f -> F g -> A (fun u => f u + g u) = A f + A g;
  mean_multiple : forall c f, F f -> A (fun u => c * f u) = c * A f;
  mean_nonneg : forall f, F f -> (forall u, 0 <= f u) -> 0 <= A f;
  mean_limit : forall h g, (forall n, F (h n)) -> tend_boundedly h g -> is_lim_seq (fun n => A (h n)) (A g);
  mean_one : A (fun _ => 1) = 1 }.

(** Half of the mass at each of two points: the mean of two values. *)
Lemma test_probability : let all (_ : bool -> R) := True in
  observables all /\ probability all (fun h => (h true + h false) / 2) /\ ~ probability all (fun h => h true + h false).
Proof.
  intros all. split.
  { split; try (intros; exact I). intros f _. exists (Rabs (f true) + Rabs (f false)). intros u.
    pose proof (Rabs_pos (f true)). pose proof (Rabs_pos (f false)). destruct u; lra. }
  split; [|intros H; pose proof (mean_one _ _ H); lra]. split.
  - intros. field.
  - intros. field.
  - intros f _ P. pose proof (P true). pose proof (P false). lra.
  - intros h g _ [_ L]. apply (is_lim_seq_scal_r _ (/ 2) (g true + g false)), (is_lim_seq_plus' _ _ _ _ (L true) (L false)).
  - field.
Qed.

Section Means.
Context {T : Type} (F : (T -> R) -> Prop) (O : observables F).

Lemma constant_observable c f : F f -> F (fun _ => c).
Proof. intros H. apply (composites F O (fun _ => c) f); [intros; apply continuous_const|exact H]. Qed.

Lemma multiple_observable c f : F f -> F (fun u => c * f u).
Proof. intros H. apply (products F O); [apply (constant_observable c f H)|exact H]. Qed.

Section One.
Context (A : (T -> R) -> R) (P : probability F A).

Lemma mean_le f g : F f -> F g -> (forall u, f u <= g u) -> A f <= A g.
Proof.
  intros Hf Hg L. pose proof (multiple_observable (-1) f Hf) as N.
  pose proof (mean_nonneg F A P (fun u => g u + -1 * f u) (sums F O _ _ Hg N) ltac:(intros u; specialize (L u); lra)) as K.
  rewrite (mean_sum F A P g (fun u => -1 * f u) Hg N), (mean_multiple F A P (-1) f Hf) in K. lra.
Qed.

(** Of a positive function the mean is positive: 1 - exp(-n h) tends to 1 and is at most n h. *)
Lemma mean_positive h : F h -> (forall u, 0 < h u) -> 0 < A h.
Proof.
  intros H Pos. destruct (mean_nonneg F A P h H ltac:(intros; apply Rlt_le, Pos)) as [K|Z]; [exact K|]. exfalso.
  set (k := fun (n : nat) (u : T) => 1 + -1 * exp (- h u) ^ n).
  assert (E : forall n, F (fun u => exp (- h u) ^ n)).
  { intros n. apply (composites F O (fun t => exp (- t) ^ n) h); [|exact H]. intros t.
    apply (ex_derive_continuous (fun t => exp (- t) ^ n)). auto_derive. exact I. }
  assert (Fk : forall n, F (k n)) by (intros n; apply (sums F O); [apply (constant_observable 1 h H)|apply multiple_observable, E]).
  assert (small : forall u, 0 < exp (- h u) < 1).
  { intros u. split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. specialize (Pos u). lra. }
  assert (B : tend_boundedly k (fun _ => 1)).
  { split.
    - exists 1. intros n u. unfold k. pose proof (pow_lt (exp (- h u)) n ltac:(apply small)).
      pose proof (pow_incr (exp (- h u)) 1 n ltac:(specialize (small u); lra)) as Q. rewrite pow1 in Q. apply Rabs_le. lra.
    - intros u. unfold k. replace (Finite 1) with (Finite (1 + -1 * 0)) by (f_equal; ring).
      apply is_lim_seq_plus'; [apply is_lim_seq_const|]. apply (is_lim_seq_scal_l _ (-1) 0), is_lim_seq_geom.
      specialize (small u). rewrite Rabs_right; lra. }
  assert (N : forall n, A (k n) <= 0).
  { intros n. apply Rle_trans with (A (fun u => INR n * h u)).
    - apply mean_le; [apply Fk|apply multiple_observable, H|]. intros u. unfold k.
      assert (X : exp (- h u) ^ n = exp (INR n * - h u)).
      { induction n; [simpl; rewrite Rmult_0_l, exp_0; reflexivity|]. rewrite S_INR, Rmult_plus_distr_r, exp_plus, Rmult_1_l, <- IHn. simpl. ring. }
      rewrite X. pose proof (exp_ineq1_le (INR n * - h u)). lra.
    - rewrite (mean_multiple F A P _ h H), <- Z. lra. }
  pose proof (mean_limit F A P k _ Fk B) as L. rewrite (mean_one F A P) in L.
  pose proof (is_lim_seq_le _ _ _ _ N L (is_lim_seq_const 0)) as X. simpl in X. lra.
Qed.

(** The measure of density g is one of probability if the mean of g is 1. *)
Lemma density g : F g -> (forall u, 0 <= g u) -> (probability F (fun h => A (fun u => g u * h u)) <-> A g = 1).
Proof.
  intros G Pos. assert (One : A (fun u => g u * 1) = A g) by (f_equal; apply functional_extensionality; intros; ring). split.
  - intros H. pose proof (mean_one _ _ H) as E. cbv beta in E. lra.
  - intros E. split.
    + intros f h Hf Hh. rewrite <- (mean_sum F A P _ _ (products F O _ _ G Hf) (products F O _ _ G Hh)).
      f_equal. apply functional_extensionality. intros. ring.
    + intros c f Hf. rewrite <- (mean_multiple F A P c _ (products F O _ _ G Hf)). f_equal. apply functional_extensionality. intros. ring.
    + intros f Hf N. apply (mean_nonneg F A P); [apply (products F O); assumption|]. intros u. apply Rmult_le_pos; auto.
    + intros h l Hh [[b B] L]. apply (mean_limit F A P (fun n u => g u * h n u) (fun u => g u * l u)).
      * intros n. apply (products F O); auto.
      * split; [|intros u; apply (is_lim_seq_scal_l (fun n => h n u) (g u) (l u)), L]. destruct (bounded_each F O g G) as [c C].
        exists (c * b). intros n u. rewrite Rabs_mult. apply Rmult_le_compat; auto using Rabs_pos.
    + lra.
Qed.

(** * Under the mean one may differentiate, where difference quotients are bounded *)

Lemma derive_mean (phi : T -> R -> R) (d : T -> R) t K r : (forall s, F (fun u => phi u s)) -> (forall u, is_derive (phi u) t (d u)) ->
  0 < r -> (forall u s, Rabs (s - t) < r -> Rabs (phi u s - phi u t) <= K * Rabs (s - t)) ->
  F d /\ is_derive (fun s => A (fun u => phi u s)) t (A d).
Proof.
  intros Hphi D Pr Lip.
  assert (Q : forall e : nat -> R, (forall n, e n <> 0 /\ Rabs (e n) < r) -> is_lim_seq e 0 ->
    let q n u := / e n * (phi u (t + e n) + -1 * phi u t) in (forall n, F (q n)) /\ tend_boundedly q d).
  { intros e E Z q. split; [intros n; apply multiple_observable, (sums F O); [apply Hphi|apply multiple_observable, Hphi]|]. split.
    - exists K. intros n u. destruct (E n) as [N S]. specialize (Lip u (t + e n)). replace (t + e n - t) with (e n) in Lip by ring.
      specialize (Lip S). unfold q. rewrite Rabs_mult, Rabs_Rinv by exact N. replace (phi u (t + e n) + -1 * phi u t) with (phi u (t + e n) - phi u t) by ring.
      apply Rmult_le_reg_l with (Rabs (e n)); [apply Rabs_pos_lt, N|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by (apply Rabs_no_R0, N). lra.
    - intros u. pose proof (proj1 (is_derive_Reals (phi u) t (d u)) (D u)) as X. apply is_lim_seq_spec. intros eps.
      destruct (X eps (cond_pos eps)) as [del Y]. apply is_lim_seq_spec in Z. destruct (Z del) as [N S]. exists N. intros n I.
      specialize (S n I). rewrite Rminus_0_r in S. specialize (Y (e n) (proj1 (E n)) S). unfold q.
      replace (/ e n * (phi u (t + e n) + -1 * phi u t)) with ((phi u (t + e n) - phi u t) / e n) by (unfold Rdiv; ring). exact Y. }
  assert (step : forall n : nat, 0 < Rmin r (/ (INR n + 1)) / 2).
  { intros n. apply Rdiv_lt_0_compat; [|lra]. apply Rmin_glb_lt; [exact Pr|]. apply Rinv_0_lt_compat. pose proof (pos_INR n). lra. }
  assert (zero : forall e : nat -> R, (forall n, Rabs (e n) < Rmin r (/ (INR n + 1))) -> is_lim_seq e 0).
  { intros e S. apply is_lim_seq_spec. intros [eps P']. destruct (archimed_cor1 eps P') as [N [N1 N2]]. exists N. intros n I.
    rewrite Rminus_0_r. simpl. apply Rlt_trans with (2 := N1). apply Rlt_le_trans with (1 := S n). eapply Rle_trans; [apply Rmin_r|].
    apply Rinv_le_contravar; [apply lt_0_INR, N2|]. apply le_INR in I. lra. }
  split.
  - set (e := fun n : nat => Rmin r (/ (INR n + 1)) / 2). destruct (Q e) as [A1 A2].
    + intros n. specialize (step n). unfold e. rewrite Rabs_right by lra. split; [lra|]. pose proof (Rmin_l r (/ (INR n + 1))). lra.
    + apply zero. intros n. specialize (step n). unfold e. rewrite Rabs_right; lra.
    + apply (limits F O _ d A1 A2).
  - apply is_derive_Reals. intros eps Peps. apply NNPP. intros none.
    assert (bad : forall n : nat, { e : R | e <> 0 /\ Rabs e < Rmin r (/ (INR n + 1)) /\ eps <= Rabs ((A (fun u => phi u (t + e)) - A (fun u => phi u t)) / e - A d) }).
    { intros n. apply constructive_indefinite_description. apply NNPP. intros no. apply none.
      assert (P' : 0 < Rmin r (/ (INR n + 1))) by (specialize (step n); lra). exists (mkposreal _ P'). intros e E S.
      apply Rnot_le_lt. intros L. apply no. exists e. auto. }
    set (e := fun n => proj1_sig (bad n)). assert (E : forall n, e n <> 0 /\ Rabs (e n) < Rmin r (/ (INR n + 1)) /\
      eps <= Rabs ((A (fun u => phi u (t + e n)) - A (fun u => phi u t)) / e n - A d)) by (intros n; exact (proj2_sig (bad n))).
    destruct (Q e) as [A1 A2]; [|apply zero, E|].
    { intros n. destruct (E n) as [N [S _]]. split; [exact N|]. apply Rlt_le_trans with (1 := S), Rmin_l. }
    pose proof (mean_limit F A P _ _ A1 A2) as L. apply is_lim_seq_spec in L. destruct (L (mkposreal eps Peps)) as [N S].
    specialize (S N (le_n _)). simpl in S. destruct (E N) as [Z [_ B]]. apply (Rlt_not_le _ _ S).
    rewrite (mean_multiple F A P (/ e N) (fun u => phi u (t + e N) + -1 * phi u t) (sums F O _ _ (Hphi _) (multiple_observable _ _ (Hphi _)))).
    rewrite (mean_sum F A P _ (fun u => -1 * phi u t) (Hphi _) (multiple_observable _ _ (Hphi _))), (mean_multiple F A P (-1) _ (Hphi t)).
    replace (/ e N * _) with ((A (fun u => phi u (t + e N)) - A (fun u => phi u t)) / e N) by (unfold Rdiv; ring). exact B.
Qed.
End One.
End Means.

(** What is wanted of g^p = sigma(f) and g^q = 1 - sigma(f). *)
Lemma chance_observable {T} (F : (T -> R) -> Prop) (f : T -> R) : observables F -> F (fun u => sigma (f u)) -> F (fun u => 1 - sigma (f u)).
Proof.
  intros O H. apply (composites F O (fun t => 1 - t) _); [|exact H]. intros t. apply (continuous_minus (fun _ => 1) (fun t => t)); [apply continuous_const|apply continuous_id].
Qed.

Theorem eq_23_amended : forall (T : Type) (F : (T -> R) -> Prop) (P Q : (T -> R) -> R) (f : T -> R),
  observables F -> probability F P -> probability F Q -> F (fun u => sigma (f u)) ->
  let zp := P (fun u => 1 - sigma (f u)) in let zq := Q (fun u => sigma (f u)) in
  let printed_zp := P (fun u => sigma (f u)) in let printed_zq := Q (fun u => 1 - sigma (f u)) in
  0 < zp /\ 0 < zq /\
  probability F (fun h => P (fun u => (1 - sigma (f u)) / zp * h u)) /\
  probability F (fun h => Q (fun u => sigma (f u) / zq * h u)) /\
  (probability F (fun h => P (fun u => (1 - sigma (f u)) / printed_zp * h u)) <-> printed_zp = 1 / 2) /\
  (probability F (fun h => Q (fun u => sigma (f u) / printed_zq * h u)) <-> printed_zq = 1 / 2).
Proof.
  intros T F P Q f O HP HQ G zp zq zp' zq'. pose proof (chance_observable F f O G) as G'.
  assert (R1 : forall u, 0 < sigma (f u)) by (intros; apply sigma_range).
  assert (R2 : forall u, 0 < 1 - sigma (f u)) by (intros u; pose proof (sigma_range (f u)); lra).
  assert (Pos : forall A g, probability F A -> F g -> (forall u, 0 < g u) -> 0 < A g) by (intros; apply (mean_positive F O); assumption).
  assert (Pp : 0 < zp) by (apply Pos; assumption). assert (Pq : 0 < zq) by (apply Pos; assumption).
  assert (Pp' : 0 < zp') by (apply Pos; assumption). assert (Pq' : 0 < zq') by (apply Pos; assumption).
  assert (Rest : forall A, probability F A -> A (fun u => 1 - sigma (f u)) = 1 - A (fun u => sigma (f u))).
  { intros A HA. replace (fun u => 1 - sigma (f u)) with (fun u => (fun _ => 1) u + -1 * sigma (f u)) by (apply functional_extensionality; intros; ring).
    rewrite (mean_sum F A HA), (mean_multiple F A HA), (mean_one F A HA); [ring|exact G|apply (constant_observable F O 1 _ G)|apply multiple_observable; assumption]. }
  assert (Dens : forall A g c, probability F A -> F g -> (forall u, 0 < g u) -> 0 < c ->
    (probability F (fun h => A (fun u => g u / c * h u)) <-> A g = c)).
  { intros A g c HA Hg N C. assert (E : forall u, g u / c = / c * g u) by (intros; unfold Rdiv; ring).
    replace (fun h : T -> R => A (fun u => g u / c * h u)) with (fun h : T -> R => A (fun u => (fun v => / c * g v) u * h u))
      by (apply functional_extensionality; intros h; f_equal; apply functional_extensionality; intros u; rewrite E; reflexivity).
    rewrite (density F O A HA (fun v => / c * g v)).
    - rewrite (mean_multiple F A HA _ _ Hg). split; intros H.
      + apply Rmult_eq_reg_l with (/ c); [|apply Rinv_neq_0_compat; lra]. rewrite H. field. lra.
      + rewrite H. field. lra.
    - apply multiple_observable; assumption.
    - intros u. apply Rmult_le_pos; [apply Rlt_le, Rinv_0_lt_compat, C|apply Rlt_le, N]. }
  split; [exact Pp|]. split; [exact Pq|]. split; [apply Dens; auto|]. split; [apply Dens; auto|].
  rewrite (Dens P (fun u => 1 - sigma (f u)) zp' HP G' R2 Pp'), (Dens Q (fun u => sigma (f u)) zq' HQ G R1 Pq').
  pose proof (Rest P HP) as E1. pose proof (Rest Q HQ) as E2. unfold zp', zq' in *. split; split; intros; lra.
Qed.

(** A class's part of the loss, along any coordinate t of the parameter. *)
Lemma loss_derive {T} (F : (T -> R) -> Prop) A (f : T -> R -> R) df t K r : observables F -> probability F A ->
  (forall s, F (fun u => f u s)) -> (forall u, is_derive (f u) t (df u)) -> 0 < r ->
  (forall u s, Rabs (s - t) < r -> Rabs (f u s - f u t) <= K * Rabs (s - t)) ->
  is_derive (fun s => A (fun u => bce (f u s))) t (A (fun u => - sigma (- f u t) * df u)).
Proof.
  intros O HA Hf D Pr Lip. apply (derive_mean F O A HA (fun u s => bce (f u s)) (fun u => - sigma (- f u t) * df u) t K r); auto.
  - intros s. apply (composites F O bce); [|apply Hf]. intros v. apply (ex_derive_continuous bce). exists (- sigma (- v)). apply bce_derive.
  - intros u. rewrite Rmult_comm. apply (is_derive_comp bce (f u) t (- sigma (- f u t)) (df u)); [apply bce_derive|apply D].
  - intros u s S. apply Rle_trans with (1 := bce_lipschitz _ _), Lip, S.
Qed.

(** With any normalisers, the printed ones and those that make laws. *)
Theorem eq_24 : forall (T : Type) (F : (T -> R) -> Prop) (P Q : (T -> R) -> R) (f : T -> R -> R) (df : T -> R) (t K r zp zq : R),
  observables F -> probability F P -> probability F Q -> (forall s, F (fun u => f u s)) ->
  (forall u, is_derive (f u) t (df u)) -> 0 < r -> (forall u s, Rabs (s - t) < r -> Rabs (f u s - f u t) <= K * Rabs (s - t)) ->
  zp <> 0 -> zq <> 0 ->
  is_derive (fun s => P (fun u => bce (f u s)) + Q (fun u => bce (- f u s))) t
    (- (zp * P (fun u => (1 - sigma (f u t)) / zp * df u) - zq * Q (fun u => sigma (f u t) / zq * df u))).
Proof.
  intros T F P Q f df t K r zp zq O HP HQ Hf D Pr Lip Zp Zq.
  assert (Fd : F df) by (apply (derive_mean F O P HP f df t K r Hf D Pr Lip)).
  assert (Fs : F (fun u => sigma (f u t))).
  { apply (composites F O sigma); [|apply Hf]. intros v. apply (ex_derive_continuous sigma). unfold sigma. auto_derive. pose proof (exp_pos (- v)). lra. }
  pose proof (chance_observable F _ O Fs) as Fc.
  assert (N : forall s, F (fun u => - f u s)) by (intros s; apply (composites F O Ropp _ (fun v => continuous_opp (fun v => v) v (continuous_id v))), Hf).
  assert (Each : forall A g c, probability F A -> F g -> c <> 0 -> c * A (fun u => g u / c * df u) = A (fun u => g u * df u)).
  { intros A g c HA Hg C. rewrite <- (mean_multiple F A HA c (fun u => g u / c * df u)).
    - f_equal. apply functional_extensionality. intros u. field. exact C.
    - apply (products F O); [|exact Fd]. unfold Rdiv. apply (composites F O (fun v => v * / c)); [|exact Hg].
      intros v. apply (continuous_mult (fun v => v) (fun _ => / c)); [apply continuous_id|apply continuous_const]. }
  rewrite (Each P (fun u => 1 - sigma (f u t)) zp HP Fc Zp), (Each Q (fun u => sigma (f u t)) zq HQ Fs Zq).
  replace (- (P _ - Q _)) with (P (fun u => - sigma (- f u t) * df u) + Q (fun u => - sigma (- - f u t) * - df u)).
  - apply @is_derive_plus; [apply (loss_derive F P f df t K r); assumption|].
    apply (loss_derive F Q (fun u s => - f u s) (fun u => - df u) t K r); auto.
    + intros u. apply @is_derive_opp, D.
    + intros u s S. replace (- f u s - - f u t) with (- (f u s - f u t)) by ring. rewrite Rabs_Ropp. apply Lip, S.
  - replace (fun u => - sigma (- f u t) * df u) with (fun u => -1 * ((1 - sigma (f u t)) * df u))
      by (apply functional_extensionality; intros u; rewrite sigma_opposite; ring).
    rewrite (mean_multiple F P HP _ _ (products F O _ _ Fc Fd)).
    replace (fun u => - sigma (- - f u t) * - df u) with (fun u => sigma (f u t) * df u)
      by (apply functional_extensionality; intros u; rewrite Ropp_involutive; ring). ring.
Qed.

Theorem eq_25 : forall (T : Type) (F : (T -> R) -> Prop) (P Q : (T -> R) -> R) (f : T -> R -> R) (df : T -> R) (t K r z : R),
  observables F -> probability F P -> probability F Q -> (forall s, F (fun u => f u s)) ->
  (forall u, is_derive (f u) t (df u)) -> 0 < r -> (forall u s, Rabs (s - t) < r -> Rabs (f u s - f u t) <= K * Rabs (s - t)) -> z <> 0 ->
  is_derive (fun s => P (fun u => bce (f u s)) + Q (fun u => bce (- f u s))) t
    (- (z * (P (fun u => (1 - sigma (f u t)) / z * df u) - Q (fun u => sigma (f u t) / z * df u)))).
Proof.
  intros T F P Q f df t K r z O HP HQ Hf D Pr Lip Z. rewrite Rmult_minus_distr_l. apply (eq_24 T F P Q f df t K r z z); assumption.
Qed.

(** * Instances in which the hypotheses are true: two points, each in half of all cases *)

Definition average_of (h : bool -> R) := (h true + h false) / 2.

Lemma average_laws : observables (fun _ : bool -> R => True) /\ probability (fun _ => True) average_of.
Proof. destruct test_probability as [O [P _]]. split; assumption. Qed.

Lemma eq_23_amended_inhabited : ltac:(inhabited eq_23_amended).
Proof.
  destruct average_laws as [O P].
  assert (E : sigma 0 = 1 / 2) by (unfold sigma; rewrite Ropp_0, exp_0; field).
  pose proof (eq_23_amended bool _ average_of average_of (fun _ => 0) O P P I) as [_ [_ [_ [_ [A B]]]]].
  split; exists bool, (fun _ => True), average_of, average_of, (fun _ => 0);
    (split; [exact O|]; split; [exact P|]; split; [exact P|]; split; [exact I|]); [apply A|apply B]; unfold average_of; rewrite E; field.
Qed.

Lemma shift_bound (u : bool) s : Rabs (s - 0) < 1 -> Rabs (s - 0) <= 1 * Rabs (s - 0).
Proof. lra. Qed.

Lemma eq_24_inhabited : ltac:(inhabited eq_24).
Proof.
  destruct average_laws as [O P]. exists bool, (fun _ => True), average_of, average_of, (fun _ s => s), (fun _ => 1), 0, 1, 1, 1, 1.
  repeat (split; [first [assumption|exact (fun _ => I)|exact (fun _ => is_derive_id 0)|exact shift_bound|lra]|]). lra.
Qed.

Lemma eq_25_inhabited : ltac:(inhabited eq_25).
Proof.
  destruct average_laws as [O P]. exists bool, (fun _ => True), average_of, average_of, (fun _ s => s), (fun _ => 1), 0, 1, 1, 1.
  repeat (split; [first [assumption|exact (fun _ => I)|exact (fun _ => is_derive_id 0)|exact shift_bound|lra]|]). lra.
Qed.
