(** R^n: closed sets have nearest points there, so that what is an infimum in other spaces is a minimum; the robustness radius,
    equation 1, and Corollary 3 in one. *)
From Coq Require Import Reals Lra Lia List ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Vectors Frontier Robustness.
Import ListNotations.
Open Scope R_scope.

(** The Euclidean space of n + 1 dimensions. *)
Fixpoint space (n : nat) : NormedModule R_AbsRing :=
  match n with O => R_NormedModule | S k => prod_NormedModule _ R_NormedModule (space k) end.

Lemma test_space : norm (V := space 2) (2, (3, 6)) = 7.
Proof.
  unfold norm; simpl. unfold prod_norm; simpl. unfold norm; simpl. unfold prod_norm; simpl. unfold norm; simpl. unfold abs; simpl.
  rewrite !Rabs_right, !Rmult_1_r, sqrt_sqrt by lra. replace (2 * 2 + (3 * 3 + 6 * 6)) with (7 * 7) by ring. apply sqrt_square. lra.
Qed.

Lemma space_euclidean n : euclidean (space n).
Proof. induction n; [exact test_euclidean|]. apply test_euclidean_product; [exact test_euclidean|assumption]. Qed.

(** * Bounded sequences have subsequences that converge *)

Definition increasing (pick : nat -> nat) := forall k, (pick k < pick (S k))%nat.
Definition tends {M : metric} (u : nat -> M) (l : M) := forall e, 0 < e -> exists N, forall k, (N <= k)%nat -> dist (u k) l < e.
Definition proper (V : NormedModule R_AbsRing) := forall (u : nat -> normed V) (c : normed V) (D : R), (forall k, dist (u k) c <= D) ->
  exists pick l, increasing pick /\ tends (fun k => u (pick k)) l.

Lemma increasing_above pick : increasing pick -> forall k, (k <= pick k)%nat.
Proof. intros H k. induction k; [lia|]. specialize (H k). lia. Qed.

Lemma tends_sub {M : metric} (u : nat -> M) l pick : increasing pick -> tends u l -> tends (fun k => u (pick k)) l.
Proof. intros H T e P. destruct (T e P) as [N K]. exists N. intros k I. apply K. pose proof (increasing_above pick H k). lia. Qed.

(** What comes back to every neighbourhood of [l] has a subsequence that tends to it. *)
Lemma subsequence {M : metric} (u : nat -> M) (l : M) : (forall e N, 0 < e -> exists k, (N < k)%nat /\ dist (u k) l < e) ->
  exists pick, increasing pick /\ tends (fun k => u (pick k)) l.
Proof.
  intros back.
  assert (next : forall k m, {j | (m < j)%nat /\ dist (u j) l < / (INR k + 1)}).
  { intros k m. apply constructive_indefinite_description, back, Rinv_0_lt_compat. pose proof (pos_INR k). lra. }
  exists (fix pick k := match k with O => proj1_sig (next 0%nat 0%nat) | S j => proj1_sig (next k (pick j)) end).
  split; [intros k; simpl; destruct (next (S k) _) as [j [H J]]; exact H|]. intros e P.
  destruct (archimed_cor1 e P) as [N [small some]]. exists N. intros k I.
  apply Rle_lt_trans with (/ (INR k + 1)).
  - destruct k; simpl; [destruct (next 0%nat 0%nat) as [j [J H]]|destruct (next (S k) _) as [j [J H]]]; apply Rlt_le, H.
  - apply Rle_lt_trans with (2 := small). apply lt_INR in some. simpl in some. apply le_INR in I. apply Rinv_le_contravar; lra.
Qed.

Lemma line_proper : proper R_NormedModule.
Proof.
  intros u c D near. destruct (Bolzano_Weierstrass u (fun t => c - D <= t <= c + D) (compact_P3 _ _)) as [l adherent].
  - intros k. specialize (near k). change (Rabs (u k - c) <= D) in near. apply Rabs_le_between in near. lra.
  - destruct (subsequence (M := normed R_NormedModule) u l) as [pick H].
    + intros e N P. destruct (adherent (fun t => Rabs (t - l) < e) (S N)) as [k [I K]].
      * exists (mkposreal e P). intros t T. exact T.
      * exists k. split; [lia|exact K].
    + exists pick, l. exact H.
Qed.

Lemma sides a b : 0 <= a -> 0 <= b -> a <= sqrt (a ^ 2 + b ^ 2) /\ b <= sqrt (a ^ 2 + b ^ 2) /\ sqrt (a ^ 2 + b ^ 2) <= a + b.
Proof.
  intros P Q. pose proof (pow2_ge_0 a). pose proof (pow2_ge_0 b). pose proof (Rmult_le_pos a b P Q).
  split; [|split].
  - rewrite <- (sqrt_pow2 a) at 1 by exact P. apply sqrt_le_1_alt. lra.
  - rewrite <- (sqrt_pow2 b) at 1 by exact Q. apply sqrt_le_1_alt. lra.
  - rewrite <- (sqrt_pow2 (a + b)) by lra. apply sqrt_le_1_alt. replace ((a + b) ^ 2) with (a ^ 2 + b ^ 2 + 2 * (a * b)) by ring. lra.
Qed.

Lemma product_proper U V : proper U -> proper V -> proper (prod_NormedModule _ U V).
Proof.
  intros HU HV w c D near.
  set (x := fun k => fst (w k) : normed U). set (y := fun k => snd (w k) : normed V).
  assert (parts : forall p q : normed (prod_NormedModule _ U V), dist (m := normed U) (fst p) (fst q) <= dist p q /\
    dist (m := normed V) (snd p) (snd q) <= dist p q /\ dist p q <= dist (m := normed U) (fst p) (fst q) + dist (m := normed V) (snd p) (snd q)).
  { intros p q. change (dist p q) with (sqrt (dist (m := normed U) (fst p) (fst q) ^ 2 + dist (m := normed V) (snd p) (snd q) ^ 2)).
    apply sides; apply dist_nonneg. }
  destruct (HU x (fst c) D) as [pick [a [I A]]]; [intros k; apply Rle_trans with (2 := near k), parts|].
  destruct (HV (fun k => y (pick k)) (snd c) D) as [pick' [b [I' B]]]; [intros k; apply Rle_trans with (2 := near (pick k)), parts|].
  exists (fun k => pick (pick' k)), (a, b). split.
  - intros k. pose proof (I' k) as J. revert J. generalize (pick' k). intros i J. induction J; [apply I|]. specialize (I m). lia.
  - intros e P. destruct (tends_sub _ a pick' I' A (e / 2) ltac:(lra)) as [N HN]. destruct (B (e / 2) ltac:(lra)) as [N' HN'].
    exists (N + N')%nat. intros k K. specialize (HN k ltac:(lia)). specialize (HN' k ltac:(lia)).
    destruct (parts (w (pick (pick' k))) (a, b)) as [_ [_ T]]. unfold x, y in *. simpl fst in *. simpl snd in *. lra.
Qed.

Lemma space_proper n : proper (space n).
Proof. induction n; [exact line_proper|]. apply product_proper; [exact line_proper|assumption]. Qed.

(** * Nearest points *)

Lemma closed_nearest V (S : normed V -> Prop) : proper V -> nonempty S -> is_closed S -> has_nearest S.
Proof.
  intros H some closed x.
  assert (close : forall k, {s | S s /\ dist x s < gap S x + / (INR k + 1)}).
  { intros k. apply constructive_indefinite_description, (gap_near S some). pose proof (Rinv_0_lt_compat (INR k + 1)).
    pose proof (pos_INR k). lra. }
  assert (below : forall k, / (INR k + 1) <= 1).
  { intros k. rewrite <- Rinv_1. apply Rinv_le_contravar; pose proof (pos_INR k); lra. }
  set (u := fun k => proj1_sig (close k)).
  assert (U : forall k, S (u k) /\ dist x (u k) < gap S x + / (INR k + 1)) by (intros k; exact (proj2_sig (close k))).
  destruct (H u x (gap S x + 1)) as [pick [l [I T]]].
  { intros k. destruct (U k) as [_ K]. rewrite (dist_sym (normed V)). specialize (below k). lra. }
  assert (L : S l).
  { apply closed; [exact Logic.I|]. intros e P. destruct (T e P) as [N K]. exists (u (pick N)). split; [apply U|].
    rewrite (dist_sym (normed V)). apply K. lia. }
  exists l. split; [exact L|]. apply Rle_antisym; [|apply (gap_le S some x l L)]. apply Rnot_lt_le. intros more.
  set (e := (dist x l - gap S x) / 2). assert (P : 0 < e) by (unfold e; lra).
  destruct (T e P) as [N K]. destruct (archimed_cor1 e P) as [n [small positive]].
  specialize (K (N + n)%nat ltac:(lia)). destruct (U (pick (N + n)%nat)) as [_ near].
  pose proof (dist_triangle (normed V) x (u (pick (N + n)%nat)) l).
  assert (/ (INR (pick (N + n)%nat) + 1) <= / INR n).
  { apply lt_INR in positive. simpl in positive. pose proof (increasing_above pick I (N + n)) as J.
    assert (n <= pick (N + n))%nat as J' by lia. apply le_INR in J'. apply Rinv_le_contravar; lra. }
  unfold e in *. lra.
Qed.

(** * The statements *)

Theorem def_1_amended : forall (n : nat) (A B : normed (space n) -> Prop), nonempty A -> nonempty B -> is_closed A -> is_closed B ->
  disjoint A B -> nonempty (frontier A B) /\ is_closed (frontier A B) /\ (forall x, A x \/ B x -> ~ frontier A B x) /\
  forall x, exists z, frontier A B z /\ dist x z = gap (frontier A B) x.
Proof.
  intros n A B a b closed closed' apart. destruct (frontier_apart (space n) A B a b closed closed' apart) as [some [shut off]].
  split; [exact some|]. split; [exact shut|]. split; [exact off|]. exact (closed_nearest (space n) _ (space_proper n) some shut).
Qed.

Theorem cor_3_radius : forall (n : nat) (A B : normed (space n) -> Prop) (x : normed (space n)), nonempty A -> nonempty B ->
  is_closed A -> is_closed B -> disjoint A B -> radius A B x = Finite (Rabs (hmf A B x)).
Proof.
  intros n A B x a b closed closed' apart. apply radius_hmf; auto; [apply space_euclidean|].
  apply closed_nearest; auto. apply space_proper.
Qed.

(** * Finite nets of bounded sets *)

Definition is_bounded {M : metric} (X : M -> Prop) := exists D, forall x y, X x -> X y -> dist x y <= D.

Lemma test_bounded : is_bounded (M := line) (fun x => 0 <= x <= 1) /\ ~ is_bounded (M := line) (fun x => 0 <= x).
Proof.
  split.
  - exists 1. intros x y X Y. simpl. apply Rabs_le. lra.
  - intros [D H]. pose proof (H 0 (Rabs D + 1) (Rle_refl 0) ltac:(pose proof (Rabs_pos D); lra)) as K. simpl in K.
    pose proof (Rle_abs D). pose proof (Rabs_pos D). rewrite Rabs_left in K; lra.
Qed.

(** From each list of points of [X] there is a point of [X] that is far from all of them: so there is a sequence. *)
Lemma far_sequence {M : metric} (X : M -> Prop) (d : R) (some : M) :
  (forall S, (forall s, In s S -> X s) -> exists x, X x /\ forall s, In s S -> d <= dist x s) ->
  exists u : nat -> M, (forall k, X (u k)) /\ forall j k, (j < k)%nat -> d <= dist (u k) (u j).
Proof.
  intros H.
  assert (next : forall S : list M, {x | (forall s, In s S -> X s) -> X x /\ forall s, In s S -> d <= dist x s}).
  { intros S. apply constructive_indefinite_description. destruct (classic (forall s, In s S -> X s)) as [I|N].
    - destruct (H S I) as [x K]. exists x. auto.
    - exists some. intros I. contradiction. }
  set (earlier := fix earlier k := match k with O => [] | S j => proj1_sig (next (earlier j)) :: earlier j end).
  set (u := fun k => proj1_sig (next (earlier k))).
  assert (I : forall k s, In s (earlier k) -> X s).
  { induction k as [|k IH]; intros s J; [destruct J|]. destruct J as [<-|J]; [apply (proj2_sig (next (earlier k))), IH|auto]. }
  assert (U : forall k, X (u k) /\ forall s, In s (earlier k) -> d <= dist (u k) s) by (intros k; apply (proj2_sig (next (earlier k))), I).
  assert (E : forall j k, (j < k)%nat -> In (u j) (earlier k)).
  { intros j k L. induction L as [|k L IH]; [left; reflexivity|right; exact IH]. }
  exists u. split; [intros k; apply U|]. intros j k L. apply U, E, L.
Qed.

Lemma finite_net V (X : normed V -> Prop) (d : R) : proper V -> is_bounded X -> 0 < d ->
  exists S, (forall s, In s S -> X s) /\ forall x, X x -> exists s, In s S /\ dist x s < d.
Proof.
  intros H [D small] P. apply NNPP. intros none.
  destruct (far_sequence X d zero) as [u [I far]].
  { intros S I. apply NNPP. intros N. apply none. exists S. split; [exact I|]. intros x J. apply NNPP. intros K.
    apply N. exists x. split; [exact J|]. intros s L. apply Rnot_lt_le. intros Q. apply K. exists s. auto. }
  destruct (H u (u 0%nat) D) as [pick [l [up T]]]; [intros k; apply small; apply I|].
  destruct (T (d / 2) ltac:(lra)) as [N K]. pose proof (K N ltac:(lia)). pose proof (K (S N) ltac:(lia)).
  pose proof (far _ _ (up N)). pose proof (dist_triangle (normed V) (u (pick (S N))) l (u (pick N))).
  rewrite (dist_sym (normed V) l) in *. lra.
Qed.

(** * The robustness radius *)

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

Lemma label_other {M : metric} (A B : M -> Prop) (x z : M) : label_of A B z <> label_of A B x <-> other_class A B x z.
Proof.
  unfold label_of, other_class, positive_class. destruct (Rle_dec (gap A z)), (Rle_dec (gap A x)); split; intros N.
  - destruct N. reflexivity.
  - destruct N. split; auto.
  - intros [_ K]. auto.
  - discriminate.
  - intros [K _]. auto.
  - discriminate.
  - destruct N. reflexivity.
  - destruct N. split; contradiction.
Qed.

Lemma robustness_radius {V : NormedModule R_AbsRing} (A B : normed V -> Prop) (x : V) : robustness (V := V) (label_of A B) x = radius A B x.
Proof.
  rewrite robustness_dist. apply Glb_Rbar_eqset. intros r. split; intros [z [N E]]; exists z; (split; [apply label_other, N|exact E]).
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
    apply label_other in N.
    assert (G : forall s : R, Rbar_le s r -> s <= dist x z).
    { intros s S. apply attained; [|exact I|exact N]. apply (most h s dense right). intros y w Dy W. specialize (least y Dy).
      apply (proj1 (robustness_at_least (V := space n) h y s) (Rbar_le_trans _ _ _ S least)). exact W. }
    destruct r as [r| |]; [apply (G r), Rle_refl| |exact Logic.I].
    specialize (G (dist x z + 1) Logic.I). lra.
Qed.
