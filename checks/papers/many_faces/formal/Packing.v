(** Proposition 7: what 1-Lipschitz functions with a margin shatter. *)
From Coq Require Import Reals Lra Lia List ClassicalEpsilon ZArith.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Vectors Losses Entropy Risk.
Import ListNotations.
Open Scope R_scope.

(** Equation 7: the answers +1, -1 and "not sure". *)
Inductive answer := Plus | Minus | Unsure.
Definition with_margin {M : metric} (m : R) (f : M -> R) (x : M) : answer :=
  if Rle_dec m (f x) then Plus else if Rle_dec (f x) (- m) then Minus else Unsure.

(** A finite set, as a list without repetition, is shattered if all labels are given by 1-Lipschitz functions. *)
Definition shattered {M : metric} (m : R) (S : list M) :=
  forall label : M -> bool, exists f, lipschitz 1 f /\
    forall x, In x S -> with_margin m f x = if label x then Plus else Minus.
Definition separated {M : metric} (d : R) (S : list M) := forall x y, In x S -> In y S -> x <> y -> d <= dist x y.

(** The VC dimension is the greatest number of points of a shattered list in the set. *)
Definition vc_dimension {M : metric} (m : R) (X : M -> Prop) (v : nat) :=
  (exists S, NoDup S /\ (forall x, In x S -> X x) /\ shattered m S /\ length S = v) /\
  forall S, NoDup S -> (forall x, In x S -> X x) -> shattered m S -> (length S <= v)%nat.
Definition packing_number {M : metric} (d : R) (X : M -> Prop) (v : nat) :=
  (exists S, NoDup S /\ (forall x, In x S -> X x) /\ separated d S /\ length S = v) /\
  forall S, NoDup S -> (forall x, In x S -> X x) -> separated d S -> (length S <= v)%nat.

Theorem eq_7 : forall (m t : R), 0 < m ->
  (m <= t \/ t <= - m \/ Rabs t < m) /\ ~ (m <= t /\ t <= - m) /\ ~ (m <= t /\ Rabs t < m) /\ ~ (t <= - m /\ Rabs t < m).
Proof. intros m t P. unfold Rabs. destruct Rcase_abs; repeat split; lra. Qed.

Theorem prop_7_shatter_step : ~ forall (m : R) (f : line -> R) (x y : line), 0 < m -> lipschitz 1 f ->
  m <= f x -> f y <= m -> 2 * m <= dist x y.
Proof.
  intros H. specialize (H 1 (fun t => t) 1 1 ltac:(lra)). simpl in H. rewrite Rminus_diag_eq, Rabs_R0 in H by reflexivity.
  assert (2 * 1 <= 0); [|lra]. apply H; try lra. intros a b. simpl. lra.
Qed.

Theorem prop_7_shatter_step_amended : forall (M : metric) (m : R) (f : M -> R) (x y : M), lipschitz 1 f ->
  m <= f x -> f y <= - m -> 2 * m <= dist x y.
Proof. intros M m f x y H A B. pose proof (proj1 (lipschitz_le 1 f) H x y). lra. Qed.

Lemma with_margin_plus {M : metric} m (f : M -> R) x : with_margin m f x = Plus -> m <= f x.
Proof. unfold with_margin. destruct Rle_dec; [auto|]. destruct Rle_dec; discriminate. Qed.

Lemma with_margin_minus {M : metric} m (f : M -> R) x : with_margin m f x = Minus -> f x <= - m.
Proof. unfold with_margin. destruct Rle_dec; [discriminate|]. destruct Rle_dec; [auto|discriminate]. Qed.

Lemma shattered_separated (M : metric) m (S : list M) : shattered m S -> separated (2 * m) S.
Proof.
  intros H x y I J N.
  destruct (H (fun u => if excluded_middle_informative (u = x) then true else false)) as [f [F E]].
  pose proof (E x I) as A. pose proof (E y J) as B.
  destruct (excluded_middle_informative (x = x)) as [_|W]; [|contradiction].
  destruct (excluded_middle_informative (y = x)) as [W|_]; [symmetry in W; contradiction|].
  apply (prop_7_shatter_step_amended M m f); [exact F|apply with_margin_plus, A|apply with_margin_minus, B].
Qed.

Lemma separated_shattered (M : metric) m (S : list M) : 0 < m -> separated (2 * m) S -> shattered m S.
Proof.
  intros P H label. destruct S as [|p S].
  - exists (fun _ => 0). split; [intros a b; rewrite Rminus_diag_eq, Rabs_R0, Rmult_1_l by reflexivity; apply dist_nonneg|].
    intros x [].
  - set (S' := p :: S) in *. set (c := fun x : M => if label x then m else - m).
    destruct (mcshane M (length S) (fun i => nth i S' p) (fun i => c (nth i S' p)) 1) as [f [F [E _]]]; [lra| |].
    + intros i j I J. rewrite Rmult_1_l.
      assert (In (nth i S' p) S') by (apply nth_In; simpl; lia).
      assert (In (nth j S' p) S') by (apply nth_In; simpl; lia).
      destruct (excluded_middle_informative (nth i S' p = nth j S' p)) as [->|N].
      * rewrite Rminus_diag_eq by reflexivity. apply dist_nonneg.
      * apply Rle_trans with (2 * m); [unfold c; destruct (label _), (label _); lra|apply H; assumption].
    + exists f. split; [exact F|]. intros x I. destruct (In_nth S' x p I) as [i [K <-]].
      specialize (E i ltac:(simpl in K; lia)). unfold with_margin. rewrite E. unfold c.
      destruct (label (nth i S' p)); repeat (destruct Rle_dec; try reflexivity; try lra).
Qed.

Theorem prop_7_shatter : forall (V : NormedModule R_AbsRing) (m : R) (S : list (normed V)), 0 < m ->
  (shattered m S <-> separated (2 * m) S) /\
  (separated (2 * m) S <-> forall x y, In x S -> In y S -> x <> y -> forall u, ~ (dist x u < m /\ dist y u < m)).
Proof.
  intros V m S P. split; [split; [apply shattered_separated|apply separated_shattered; exact P]|]. split.
  - intros H x y I J N u [A B]. specialize (H x y I J N). pose proof (dist_triangle (normed V) x u y) as T.
    rewrite (dist_sym (normed V) u y) in T. lra.
  - intros H x y I J N. apply Rnot_lt_le. intros K.
    apply (H x y I J N (between x y (1 / 2))).
    pose proof (between_from (V := V) x y (1 / 2) ltac:(lra)) as A. pose proof (between_to (V := V) x y (1 / 2) ltac:(lra)) as B.
    rewrite (dist_sym (normed V)) in B. lra.
Qed.

(** In any metric space: the VC dimension is the packing number with separation 2m. *)
Lemma vc_packing : forall (M : metric) (X : M -> Prop) (m : R) (v : nat), 0 < m ->
  vc_dimension m X v <-> packing_number (2 * m) X v.
Proof.
  intros M X m v P. unfold vc_dimension, packing_number.
  split; intros [[S [N [I [H L]]]] most]; (split;
    [exists S; repeat split; auto; first [apply shattered_separated; assumption|apply separated_shattered; assumption]|]);
    intros S' N' I' H'; apply most; auto; first [apply shattered_separated; assumption|apply separated_shattered; assumption].
Qed.

(** 1-Lipschitz functions shatter all finite sets without a margin: strict signs, and so with the margin 0. *)
Lemma least_distance (M : metric) (S : list M) : exists d, 0 < d /\ separated d S.
Proof.
  induction S as [|p S [d [P H]]]; [exists 1; split; [lra|intros x y []]|].
  assert (exists e, 0 < e /\ forall x, In x S -> x <> p -> e <= dist x p) as [e [E near]].
  { clear H. induction S as [|q S [e [E near]]]; [exists 1; split; [lra|intros x []]|].
    destruct (excluded_middle_informative (q = p)) as [->|N].
    - exists e. split; [exact E|]. intros x [<-|I] K; [contradiction|auto].
    - assert (0 < dist q p).
      { destruct (dist_nonneg M q p) as [|Z]; [assumption|]. symmetry in Z. apply (dist_apart M) in Z. contradiction. }
      exists (Rmin e (dist q p)). split; [apply Rmin_glb_lt; assumption|]. intros x [<-|I] K; [apply Rmin_r|].
      apply Rle_trans with (1 := Rmin_l _ _). auto. }
  exists (Rmin d e). split; [apply Rmin_glb_lt; assumption|]. pose proof (Rmin_l d e). pose proof (Rmin_r d e).
  intros x y [<-|I] [<-|J] K; [contradiction| | |].
  - rewrite (dist_sym M). apply Rle_trans with e; auto.
  - apply Rle_trans with e; auto.
  - apply Rle_trans with d; auto.
Qed.

Theorem sec_5_zero_margin_amended : forall (M : metric) (S : list M), NoDup S -> shattered 0 S /\
  forall label : M -> bool, exists f, lipschitz 1 f /\ forall x, In x S -> if label x then 0 < f x else f x < 0.
Proof.
  intros M S N. destruct (least_distance M S) as [d [P H]].
  assert (strict : forall label : M -> bool, exists f, lipschitz 1 f /\ forall x, In x S -> if label x then 0 < f x else f x < 0).
  { intros label. destruct (separated_shattered M (d / 2) S ltac:(lra)) with (label := label) as [f [F E]].
    - replace (2 * (d / 2)) with d by field. exact H.
    - exists f. split; [exact F|]. intros x I. specialize (E x I).
      destruct (label x); [apply with_margin_plus in E|apply with_margin_minus in E]; lra. }
  split; [|exact strict]. intros label. destruct (strict label) as [f [F E]]. exists f. split; [exact F|].
  intros x I. specialize (E x I). unfold with_margin. destruct (label x); repeat (destruct Rle_dec; try reflexivity; try lra).
Qed.

(** With m = 0 the VC dimension of one point is 1, not infinite. *)
Theorem sec_5_zero_margin : ~ forall X : line -> Prop, nonempty X ->
  (exists D, forall x y, X x -> X y -> dist x y <= D) -> forall v, exists S, NoDup S /\ (forall x, In x S -> X x) /\ shattered 0 S /\ (v <= length S)%nat.
Proof.
  intros H. destruct (H (fun x => x = 0) (ex_intro _ 0 eq_refl)) with (v := 2%nat) as [S [N [I [_ L]]]].
  { exists 0. intros x y -> ->. rewrite (dist_self line). apply Rle_refl. }
  destruct S as [|a [|b S]]; simpl in L; try lia. inversion N; subst. apply H2. left.
  rewrite (I a), (I b); simpl; auto.
Qed.

(** Fat shattering at scale m with levels r. *)
Theorem sec_5_fat : forall (M : metric) (m : R) (S : list M), 0 < m -> shattered m S <->
  exists level : M -> R, forall label : M -> bool, exists f, lipschitz 1 f /\
    forall x, In x S -> if label x then level x + m <= f x else f x <= level x - m.
Proof.
  intros M m S P. split.
  - intros H. exists (fun _ => 0). intros label. destruct (H label) as [f [F E]]. exists f. split; [exact F|].
    intros x I. specialize (E x I). destruct (label x); [apply with_margin_plus in E|apply with_margin_minus in E]; lra.
  - intros [r H]. apply separated_shattered; [exact P|]. intros x y I J N.
    assert (G : forall a b, In a S -> In b S -> a <> b -> r b <= r a -> 2 * m <= dist a b).
    { intros a b A B D O. destruct (H (fun u => if excluded_middle_informative (u = a) then true else false)) as [f [F E]].
      pose proof (E a A) as Ea. pose proof (E b B) as Eb.
      destruct (excluded_middle_informative (a = a)) as [_|W]; [|contradiction].
      destruct (excluded_middle_informative (b = a)) as [W|_]; [symmetry in W; contradiction|].
      pose proof (proj1 (lipschitz_le 1 f) F a b). lra. }
    destruct (Rle_lt_dec (r y) (r x)) as [O|O]; [apply G; auto|]. rewrite (dist_sym M). apply G; auto. lra.
Qed.

Theorem sec_5_epsilon_amended : forall (M : metric) (A B : M -> Prop) (m : R), nonempty A -> nonempty B -> 0 < m ->
  (exists f, lipschitz 1 f /\ (forall a, A a -> m <= f a) /\ (forall b, B b -> f b <= - m)) <->
  (forall a b, A a -> B b -> 2 * m <= dist a b).
Proof.
  intros M A B m a b P. split.
  - intros [f [F [HA HB]]] x y I J. apply (prop_7_shatter_step_amended M m f); auto.
  - intros far. exists (fun x => m - gap A x). split; [|split].
    + apply lipschitz_le. intros x y. pose proof (gap_move A a y x) as K. rewrite (dist_sym M) in K. lra.
    + intros x I. rewrite (gap_inside A a x I). lra.
    + intros y J. assert (2 * m <= gap A y); [|lra]. apply (gap_ge A a). intros x I. rewrite (dist_sym M). auto.
Qed.

(** The reading with m = epsilon is false: two points at the distance 3, epsilon = 2. *)
Theorem sec_5_epsilon : ~ forall (P Q : line -> Prop) (e : R), nonempty P -> nonempty Q -> is_closed P -> is_closed Q ->
  0 < e -> (exists d, e < d /\ forall a b, P a -> Q b -> d <= dist a b) ->
  exists f, lipschitz 1 f /\ (forall a, P a -> with_margin e f a = Plus) /\ (forall b, Q b -> with_margin e f b = Minus).
Proof.
  intros H. destruct (H (fun x => x = 3) (fun x => x = 0) 2) as [f [F [A B]]]; try apply point_closed.
  - exists 3. reflexivity.
  - exists 0. reflexivity.
  - lra.
  - exists 3. split; [lra|]. intros a b -> ->. simpl. rewrite Rabs_right; lra.
  - pose proof (with_margin_plus _ _ _ (A 3 eq_refl)). pose proof (with_margin_minus _ _ _ (B 0 eq_refl)).
    pose proof (prop_7_shatter_step_amended line 2 f 3 0 F ltac:(assumption) ltac:(assumption)) as K. simpl in K.
    rewrite Rabs_right in K; lra.
Qed.

(** * Lemmas that would fail if a definition were another *)

Lemma test_with_margin : let answers := with_margin (M := line) 1 (fun t => t) in
  answers 1 = Plus /\ answers (-1) = Minus /\ answers 0 = Unsure.
Proof. unfold with_margin. repeat split; repeat destruct Rle_dec; auto; lra. Qed.

Lemma two_distinct (a b : R) : a <> b -> NoDup [a; b].
Proof. intros N. repeat constructor; simpl; [intros [E|[]]; auto|tauto]. Qed.

(** With the separation 2, two points of {0, 2} but one only of {0, 1}. *)
Lemma test_packing_number : packing_number (M := line) (2 * 1) (fun x => x = 0 \/ x = 2) 2 /\
  packing_number (M := line) (2 * 1) (fun x => x = 0 \/ x = 1) 1.
Proof.
  split; split.
  - exists [0; 2]. split; [apply two_distinct; lra|]. split; [intros x [<-|[<-|[]]]; auto|]. split; [|reflexivity].
    intros x y [<-|[<-|[]]] [<-|[<-|[]]] N; try contradiction; simpl; unfold Rabs; destruct Rcase_abs; lra.
  - intros S N I _. apply (NoDup_incl_length (l' := [0; 2])); [exact N|]. intros x K. destruct (I x K) as [-> | ->]; simpl; auto.
  - exists [0]. split; [repeat constructor; auto|]. split; [intros x [<-|[]]; auto|]. split; [|reflexivity].
    intros x y [<-|[]] [<-|[]] N; contradiction.
  - intros [|a [|b S]] N I H; simpl; try lia. exfalso. inversion N as [|? ? out _]; subst.
    pose proof (H a b ltac:(simpl; auto) ltac:(simpl; auto)) as K. simpl in K.
    assert (a <> b) as D by (intros ->; apply out; left; reflexivity). specialize (K D).
    destruct (I a ltac:(simpl; auto)) as [-> | ->], (I b ltac:(simpl; auto)) as [-> | ->]; try lra;
      unfold Rabs in K; destruct Rcase_abs; lra.
Qed.

(** 1-Lipschitz functions with the margin 1 shatter {0, 2} but not {0, 1}. *)
Lemma test_vc_dimension : vc_dimension (M := line) 1 (fun x => x = 0 \/ x = 2) 2 /\ vc_dimension (M := line) 1 (fun x => x = 0 \/ x = 1) 1.
Proof. split; apply vc_packing; try lra; apply test_packing_number. Qed.
