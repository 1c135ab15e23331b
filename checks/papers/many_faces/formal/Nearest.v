(** R^n: closed sets have nearest points there, so that what is an infimum in other spaces is a minimum. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Vectors Frontier Robustness.
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
