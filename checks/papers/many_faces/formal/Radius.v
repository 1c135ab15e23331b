(** The robustness radius of any classifier of R^n: equation 1, and Corollary 3 in one. *)
From Coq Require Import Reals Lra List ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Vectors Frontier Robustness Nearest InstancesOfSpaces.
Import ListNotations.
Open Scope R_scope.

(** The infimum of the lengths of the steps that change the answer; the label that equation 10 gives, true for A. *)
Definition robustness {V : NormedModule R_AbsRing} {T : Type} (c : V -> T) (x : V) : Rbar :=
  Glb_Rbar (fun r => exists delta, c (plus x delta) <> c x /\ r = norm delta).
Definition label_of {M : metric} (A B : M -> Prop) (x : M) : bool := if Rle_dec (gap A x) (gap B x) then true else false.

Lemma step_to {V : NormedModule R_AbsRing} (x z : V) : plus x (minus z x) = z.
Proof. vectors [x; z]. Qed.

Lemma robustness_dist {V : NormedModule R_AbsRing} {T} (c : V -> T) (x : V) :
  robustness c x = Glb_Rbar (fun r => exists z, c z <> c x /\ r = dist (m := normed V) x z).
Proof.
  apply Glb_Rbar_eqset. intros r. split.
  - intros [d [N ->]]. exists (plus x d). split; [exact N|]. simpl. rewrite <- norm_opp. f_equal. vectors [x; d].
  - intros [z [N ->]]. exists (minus z x). rewrite step_to. split; [exact N|]. apply (dist_sym (normed V)).
Qed.

Lemma robustness_at_least {V : NormedModule R_AbsRing} {T} (c : V -> T) (x : V) (r : Rbar) :
  Rbar_le r (robustness c x) <-> forall z, c z <> c x -> Rbar_le r (dist (m := normed V) x z).
Proof.
  rewrite robustness_dist. destruct (Glb_Rbar_correct (fun r => exists z, c z <> c x /\ r = dist (m := normed V) x z)) as [lower greatest].
  split.
  - intros H z N. apply Rbar_le_trans with (1 := H). apply lower. exists z. auto.
  - intros H. apply greatest. intros s [z [N ->]]. auto.
Qed.

Lemma robustness_radius {V : NormedModule R_AbsRing} (A B : normed V -> Prop) (x : V) : robustness (V := V) (label_of A B) x = radius A B x.
Proof.
  rewrite robustness_dist. apply Glb_Rbar_eqset. intros r. unfold other_class, positive_class, label_of.
  split; intros [z [N E]]; exists z; (split; [|exact E]);
    destruct (Rle_dec (gap (M := normed V) A z)), (Rle_dec (gap (M := normed V) A x)); try tauto; try congruence; intros K; tauto.
Qed.

Theorem eq_1 : forall (n : nat) (T : Type) (c : space n -> T) (x : space n),
  is_glb_Rbar (fun r => exists delta, c (plus x delta) <> c x /\ r = norm delta) (robustness c x) /\
  Rbar_le 0 (robustness c x) /\
  (robustness c x = p_infty <-> forall y z, c y = c z) /\
  (is_closed (M := normed (space n)) (fun z => c z <> c x) -> nonempty (fun z => c z <> c x) ->
   exists delta, c (plus x delta) <> c x /\ robustness c x = Finite (norm delta)).
Proof.
  intros n T c x. split; [apply Glb_Rbar_correct|]. split; [|split].
  - apply robustness_at_least. intros z _. apply (dist_nonneg (normed (space n))).
  - split.
    + intros E. assert (same : forall z, c z = c x).
      { intros z. apply NNPP. intros N. pose proof (Rbar_le_refl (robustness c x)) as H.
        rewrite robustness_at_least in H. specialize (H z N). rewrite E in H. exact H. }
      intros y z. rewrite (same y), (same z). reflexivity.
    + intros same. apply Rbar_le_antisym; [destruct (robustness c x); exact Logic.I|]. apply robustness_at_least.
      intros z N. destruct N. apply same.
  - intros closed some. set (S := fun z : normed (space n) => c z <> c x).
    destruct (closed_nearest (space n) S (space_proper n) some closed x) as [z [I E]].
    exists (minus z x). rewrite step_to. split; [exact I|].
    transitivity (Finite (gap S x)).
    + rewrite robustness_dist. apply is_glb_Rbar_unique. exact (gap_glb S some x).
    + f_equal. rewrite <- E. apply (dist_sym (normed (space n))).
Qed.

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

(** An infimum that is not attained: from 3 it is 1 to the numbers below 2. *)
Lemma test_robustness : robustness (V := R_NormedModule) (fun t => if Rle_dec 2 t then true else false) 3 = 1.
Proof.
  set (c := fun t : R_NormedModule => if Rle_dec 2 t then true else false).
  assert (side : forall z, c z <> c 3 <-> z < 2).
  { intros z. unfold c. destruct (Rle_dec 2 z), (Rle_dec 2 3); split; intros; try congruence; lra. }
  rewrite robustness_dist. apply is_glb_Rbar_unique. split.
  - intros r [z [N ->]]. apply side in N. change (1 <= Rabs (3 - z)). rewrite Rabs_right; lra.
  - intros l lower. assert (beyond : forall e, 0 < e -> Rbar_le l (1 + e)).
    { intros e P. apply lower. exists (2 - e). split; [apply side; lra|]. change (1 + e = Rabs (3 - (2 - e))). rewrite Rabs_right; lra. }
    destruct l as [l| |]; simpl in *; [|exact (beyond 1 ltac:(lra))|exact Logic.I].
    apply Rnot_lt_le. intros H. specialize (beyond ((l - 1) / 2) ltac:(lra)). lra.
Qed.

Theorem cor_3_amended : forall (n : nat) (A B : normed (space n) -> Prop), nonempty A -> nonempty B ->
  is_closed A -> is_closed B -> disjoint A B -> let c := label_of A B in
  (forall x, robustness (V := space n) c x = Finite (Rabs (hmf A B x))) /\
  (forall (x z b : space n) (t : R), frontier A B z -> dist (m := normed (space n)) x z = gap (frontier A B) x ->
   (if c x then B b /\ norm (minus z b) = gap B z else A b /\ norm (minus z b) = gap A z) ->
   0 < t -> t <= norm (minus z b) -> c (plus z (scal (t / norm (minus z b)) (minus b z))) <> c x) /\
  (forall (h : normed (space n) -> bool) (D : normed (space n) -> Prop), dense_in (fun x => A x \/ B x) D ->
   (forall x, D x -> (A x -> h x = true) /\ (B x -> h x = false)) -> forall r : Rbar,
   (forall x, D x -> Rbar_le r (robustness (V := space n) h x)) ->
   forall x, A x \/ B x -> Rbar_le r (robustness (V := space n) c x)).
Proof.
  intros n A B a b closed closed' apart c.
  assert (C : forall x, c x = true <-> gap A x <= gap B x) by (intros x; unfold c, label_of; destruct Rle_dec; split; auto; discriminate).
  split; [|split].
  - intros x. unfold c. rewrite robustness_radius. apply cor_3_radius; assumption.
  - intros x z p t K near P T small E.
    rewrite <- (norm_opp (minus z p)) in *. replace (opp (minus z p)) with (minus p z) in * by vectors [z; p].
    destruct (cor_3_attack_amended (space n) A B x z p t (space_euclidean n) a b closed closed' apart K near T small) as [HB HA].
    destruct (c x) eqn:L; destruct P as [I N].
    + destruct (HB I N) as [H _]. apply C in E. apply (Rlt_not_le _ _ H E).
    + destruct (HA I N) as [H _]. apply Rlt_le, C in H. congruence.
  - intros h D dense right r least x I. apply robustness_at_least. intros z N.
    destruct (eq_2_amended (space n) A B D apart a b closed closed') as [most attained].
    assert (O : other_class A B x z).
    { unfold other_class, positive_class. intros [F G]. apply N. destruct (c z) eqn:L, (c x) eqn:L'; try reflexivity; exfalso.
      - apply C, G, C in L. congruence.
      - apply C, F, C in L'. congruence. }
    assert (G : forall s : R, Rbar_le s r -> s <= dist x z).
    { intros s S. apply attained; auto. apply (most h s dense right). intros y w Dy W. specialize (least y Dy).
      apply (proj1 (robustness_at_least (V := space n) h y s) (Rbar_le_trans _ _ _ S least)). exact W. }
    destruct r as [r| |]; [apply (G r), Rle_refl| |exact Logic.I].
    specialize (G (dist x z + 1) Logic.I). lra.
Qed.

(** From 3, of the class of 4, over 2 to 1; and the label itself, with radii that are at least 0. *)
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
    + exists 0. split; [|exists 4; left; reflexivity]. intros x _. apply (proj1 (proj2 (eq_1 0 bool (label_of four origin) x))).
Qed.
