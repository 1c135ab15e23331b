(** Corollary 2 amended: the maximum of minima as a GroupSort2 network, with layers of norm at most 1. *)
From Coq Require Import Reals Lra Lia List Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Euclid Hyperplanes Pieces Cells Arrangements Vectors Nearest Packing MaxMin Lines.
Import ListNotations.
Open Scope R_scope.

(** * Affine maps before a network *)

(** All matrices of the network have norm at most 1, the row of the output among them. *)
Definition contracting_network (n : nat) (f : network) :=
  contracting n (hidden f) /\ norm_one 1 (last_width n (hidden f)) (fun _ => out f).
Definition after (d : nat) (W : nat -> nat -> R) (A : nat -> nat -> R) (i k : nat) := sum d (fun j => W i j * A j k).

Lemma after_dot d m W A i x : dot m (after d W A i) x = dot d (W i) (fun j => dot m (A j) x).
Proof.
  unfold dot, after. rewrite (sum_ext m _ (fun k => sum d (fun j => W i j * (A j k * x k)))).
  - rewrite sum_swap. apply sum_ext. intros j _. rewrite sum_scale. reflexivity.
  - intros k _. rewrite Rmult_comm, <- sum_scale. apply sum_ext. intros. ring.
Qed.

Lemma norm_one_after p d m W A : norm_one p d W -> norm_one d m A -> norm_one p m (after d W A).
Proof.
  intros HW HA x. apply Rle_trans with (2 := HA x). apply Rle_trans with (2 := HW (fun j => dot m (A j) x)).
  apply Req_le, length2_ext. intros i _. apply after_dot.
Qed.

Lemma network_after m d f A B : norm_one d m A -> contracting_network d f -> exists f', contracting_network m f' /\
  forall x, output m f' x = output d f (fun j => affine m (A j) (B j) x).
Proof.
  intros HA [C O]. destruct f as [[|l more] o b]; simpl in C, O.
  - exists (Network [] (after d (fun _ => o) A 0) (sum d (fun j => o j * B j) + b)). split.
    + split; [exact I|]. simpl. apply (norm_one_after 1 d m (fun _ => o) A O HA).
    + intros x. symmetry. apply (affine_compose m d o b A B x). reflexivity.
  - exists (Network (Layer (gates l) (after d (weight l) A) (fun i => sum d (fun j => weight l i j * B j) + bias l i) :: more) o b). split.
    + destruct C as [C D]. split; [split; [|exact D]|exact O]. apply norm_one_after; assumption.
    + intros x. set (l' := Layer _ _ _). assert (E : linear m l' x = linear d l (fun j => affine m (A j) (B j) x)).
      { apply functional_extensionality. intros i. symmetry. apply (affine_compose m d (weight l i) (bias l i) A B x). reflexivity. }
      unfold output. simpl. rewrite E. reflexivity.
Qed.

Lemma output_agree n f x y : agree n x y -> output n f x = output n f y.
Proof.
  intros E. destruct f as [[|l more] o b]; [apply affine_agree, E|]. unfold output. simpl.
  replace (linear n l y) with (linear n l x); [reflexivity|]. apply functional_extensionality. intros i. apply linear_agree, E.
Qed.

(** * Rounds of minima and maxima of neighbours *)

Definition meet (t : bool) (v : nat -> R) (i : nat) : R := (if t then Rmax else Rmin) (v (2 * i)%nat) (v (S (2 * i))).
Fixpoint rounds (kinds : list bool) (v : nat -> R) : R := match kinds with [] => v 0%nat | t :: more => rounds more (meet t v) end.

Lemma test_rounds : rounds [false; true] (fun i => nth i [4; 3; 1; 2] 0) = 3.
Proof. simpl. unfold meet, Rmin, Rmax. simpl. repeat destruct Rle_dec; lra. Qed.

Lemma unit_row n j : (j < n)%nat -> forall x, dot n (fun k => if Nat.eqb k j then 1 else 0) x = x j.
Proof. intros J x. pose proof (affine_pick n j x J) as H. unfold affine in H. rewrite Rplus_0_r in H. exact H. Qed.

(** What picks n coordinates out of 2 n, one of each pair. *)
Lemma norm_one_pick n (bit : nat) : (bit <= 1)%nat -> norm_one n (2 * n) (fun j k => if Nat.eqb k (2 * j + bit) then 1 else 0).
Proof.
  intros L x. apply sqrt_le_1_alt. unfold dot at 1.
  rewrite (sum_ext n _ (fun j => x (2 * j + bit)%nat * x (2 * j + bit)%nat)) by (intros j J; rewrite unit_row by lia; reflexivity).
  unfold dot. induction n as [|n IH]; [simpl; lra|]. replace (2 * S n)%nat with (S (S (2 * n))) by lia. simpl sum.
  pose proof (Rle_0_sqr (x (2 * n)%nat)). pose proof (Rle_0_sqr (x (S (2 * n)))). unfold Rsqr in *. simpl sum in IH.
  assert (bit = 0 \/ bit = 1)%nat as [-> | ->] by lia; [rewrite Nat.add_0_r|rewrite Nat.add_1_r]; simpl in *; lra.
Qed.

Lemma norm_one_identity n : norm_one n n (fun j k => if Nat.eqb k j then 1 else 0).
Proof. intros x. apply Req_le, length2_ext. intros i I. apply unit_row, I. Qed.

Lemma rounds_network kinds : exists f, contracting_network (2 ^ length kinds) f /\ forall v, output (2 ^ length kinds) f v = rounds kinds v.
Proof.
  induction kinds as [|t more [f [C E]]].
  - exists (Network [] (fun k => if Nat.eqb k 0 then 1 else 0) 0). split; [split; [exact I|exact (norm_one_identity 1)]|].
    intros v. apply affine_pick. simpl. lia.
  - set (n := (2 ^ length more)%nat) in *. set (bit := if t then 1%nat else 0%nat).
    destruct (network_after (2 * n) n f (fun j k => if Nat.eqb k (2 * j + bit) then 1 else 0) (fun _ => 0)) as [g [D F]];
      [apply norm_one_pick; unfold bit; destruct t; lia|exact C|].
    exists (Network (Layer n (fun j k => if Nat.eqb k j then 1 else 0) (fun _ => 0) :: hidden g) (out g) (offset g)).
    replace (2 ^ length (t :: more))%nat with (2 * n)%nat by reflexivity. split.
    + destruct D as [D O]. split; [split; [apply norm_one_identity|exact D]|exact O].
    + intros v. set (l := Layer _ _ _). transitivity (output (2 * n) g (group_sort (linear (2 * n) l v))); [reflexivity|].
      rewrite F. simpl rounds. rewrite <- (E (meet t v)). apply output_agree. intros j J. rewrite affine_pick by (unfold bit; destruct t; lia).
      assert (W : forall i, (i < 2 * n)%nat -> linear (2 * n) l v i = v i) by (intros i I; apply affine_pick, I).
      unfold meet, bit. destruct t; [rewrite Nat.add_1_r|rewrite Nat.add_0_r]; unfold group_sort.
      * rewrite even_next, Nat.pred_succ, !W by lia. reflexivity.
      * rewrite even_twice, !W by lia. reflexivity.
Qed.

(** * What the rounds give *)

Fixpoint block (t : bool) (q : nat) (v : nat -> R) : nat -> R := match q with O => v | S r => block t r (meet t v) end.

Lemma rounds_block t q rest : forall v, rounds (repeat t q ++ rest) v = rounds rest (block t q v).
Proof. induction q as [|q IH]; intros v; [reflexivity|]. simpl. apply IH. Qed.

Lemma meet_one t v i : (meet t v i = v (2 * i)%nat \/ meet t v i = v (S (2 * i))) /\ (if t then v (2 * i)%nat <= meet t v i else meet t v i <= v (2 * i)%nat) /\
  (if t then v (S (2 * i)) <= meet t v i else meet t v i <= v (S (2 * i))).
Proof. unfold meet. destruct t; unfold Rmax, Rmin; destruct Rle_dec; repeat split; auto; lra. Qed.

Lemma block_extreme t q : forall v i, (exists j, (j < 2 ^ q)%nat /\ block t q v i = v (i * 2 ^ q + j)%nat) /\
  forall j, (j < 2 ^ q)%nat -> if t then v (i * 2 ^ q + j)%nat <= block t q v i else block t q v i <= v (i * 2 ^ q + j)%nat.
Proof.
  induction q as [|q IH]; intros v i.
  - simpl. rewrite Nat.mul_1_r. split; [exists 0%nat; split; [lia|f_equal; lia]|]. intros j J. replace (i + j)%nat with i by lia. destruct t; apply Rle_refl.
  - destruct (IH (meet t v) i) as [[j [J E]] H]. simpl block. rewrite E. change (2 ^ S q)%nat with (2 * 2 ^ q)%nat.
    destruct (meet_one t v (i * 2 ^ q + j)) as [one _]. split.
    + destruct one as [-> | ->]; [exists (2 * j)%nat|exists (S (2 * j))]; (split; [lia|f_equal; lia]).
    + intros k K. rewrite <- E. destruct (Nat.Even_or_Odd k) as [[r ->]|[r ->]]; specialize (H r ltac:(lia));
        destruct (meet_one t v (i * 2 ^ q + r)) as [_ [A B]].
      * replace (i * (2 * 2 ^ q) + 2 * r)%nat with (2 * (i * 2 ^ q + r))%nat by lia. destruct t; eapply Rle_trans; eassumption.
      * replace (i * (2 * 2 ^ q) + (2 * r + 1))%nat with (S (2 * (i * 2 ^ q + r))) by lia. destruct t; eapply Rle_trans; eassumption.
Qed.

Lemma rounds_scale c kinds : 0 <= c -> forall v, rounds kinds (fun i => c * v i) = c * rounds kinds v.
Proof.
  intros P. induction kinds as [|t more IH]; intros v; [reflexivity|]. simpl. rewrite <- IH. f_equal. apply functional_extensionality.
  intros i. unfold meet. destruct t; [apply RmaxRmult|symmetry; apply Rmult_min_distr_l]; assumption.
Qed.

(** * The network of two samples *)

Fixpoint coords (n : nat) : space n -> nat -> R :=
  match n with O => fun x _ => x | S k => fun x i => match i with O => fst x | S j => coords k (snd x) j end end.

Lemma coords_inner n : forall x y, dot (S n) (coords n x) (coords n y) = inner n x y.
Proof.
  assert (first : forall m f, sum (S m) f = f 0%nat + sum m (fun i => f (S i))).
  { induction m as [|m IH]; intros f; [simpl; ring|]. change (sum (S (S m)) f) with (sum (S m) f + f (S m)). rewrite IH. simpl. ring. }
  induction n as [|n IH]; intros x y; [unfold dot; simpl; ring|]. unfold dot. rewrite first.
  change (fst x * fst y + dot (S n) (coords n (snd x)) (coords n (snd y)) = inner (S n) x y). rewrite IH. reflexivity.
Qed.

(** A positive multiple of the function is a network with layers of norm at most 1. *)
Definition is_network (n : nat) (g : space n -> R) := exists (c : R) (f : network), 0 < c /\ contracting_network (S n) f /\
  forall x, output (S n) f (coords n x) = c * g x.

(** Not every function is one of a network. *)
Lemma test_is_network : ~ is_network 0 (fun t : R => t * t).
Proof.
  intros [c [f [P [_ E]]]]. destruct (neuron_affine_from _ (network_neuron f)) as [a [b [s A]]].
  assert (G : forall t, s <= t -> c * (t * t) = a * t + b).
  { intros t T. rewrite <- A by exact T. symmetry. exact (E t). }
  pose proof (G s ltac:(lra)). pose proof (G (s + 1) ltac:(lra)). pose proof (G (s + 2) ltac:(lra)). nra.
Qed.

Lemma nth_inside {T} (x : T) l k : In (nth k (x :: l) x) (x :: l).
Proof. destruct (nth_in_or_default k (x :: l) x) as [I| ->]; [exact I|left; reflexivity]. Qed.

Lemma nth_place {T} (x y : T) l : In y (x :: l) -> exists k, (k < 2 ^ length l)%nat /\ nth k (x :: l) x = y.
Proof.
  intros I. destruct (In_nth _ _ x I) as [k [K E]]. exists k. split; [|exact E]. simpl in K.
  pose proof (Nat.pow_gt_lin_r 2 (length l) ltac:(lia)). lia.
Qed.

Section Samples.
Context {n : nat} (a b : space n) (A B : list (space n)).
Let p := length A.
Let q := length B.
Let leaf (x : space n) (i : nat) := middle_plane (nth (i / 2 ^ q) (a :: A) a) (nth (i mod 2 ^ q) (b :: B) b) x.

Lemma leaf_at x j k : (k < 2 ^ q)%nat -> leaf x (j * 2 ^ q + k) = middle_plane (nth j (a :: A) a) (nth k (b :: B) b) x.
Proof.
  intros K. unfold leaf. rewrite Nat.div_add_l, Nat.div_small, Nat.add_0_r by lia. rewrite Nat.add_comm, Nat.mod_add, Nat.mod_small by lia. reflexivity.
Qed.

Lemma max_min_rounds x : rounds (repeat false q ++ repeat true p) (leaf x) = max_min a A b B x.
Proof.
  rewrite rounds_block. set (w := block false q (leaf x)). rewrite <- (app_nil_r (repeat true p)), rounds_block. simpl.
  destruct (block_extreme true p w 0) as [[j [J E]] most]. simpl in E, most. apply Rle_antisym.
  - rewrite E. destruct (lowest_of (fun s => middle_plane (nth j (a :: A) a) s x) B b) as [s [I L]].
    destruct (nth_place b s B I) as [k [K <-]]. destruct (block_extreme false q (leaf x) j) as [_ H]. specialize (H k K).
    rewrite leaf_at in H by exact K. apply Rle_trans with (1 := H). rewrite <- L.
    apply (highest_le (fun r => lowest (fun s => middle_plane r s x) b B)), nth_inside.
  - destruct (highest_of (fun r => lowest (fun s => middle_plane r s x) b B) A a) as [r [I L]]. unfold max_min. rewrite L.
    destruct (nth_place a r A I) as [i [K <-]]. apply Rle_trans with (2 := most i K).
    destruct (block_extreme false q (leaf x) i) as [[k [Kk Ek]] _]. unfold w. rewrite Ek, leaf_at by exact Kk.
    apply (lowest_le (fun s => middle_plane (nth i (a :: A) a) s x)), nth_inside.
Qed.

Lemma max_min_network : (forall r s, In r (a :: A) -> In s (b :: B) -> 0 < norm (minus r s)) -> is_network n (max_min a A b B).
Proof.
  intros far. set (kinds := repeat false q ++ repeat true p). destruct (rounds_network kinds) as [f [C E]].
  set (N := (2 ^ length kinds)%nat) in *. assert (P : (0 < N)%nat) by (apply Nat.neq_0_lt_0, Nat.pow_nonzero; lia).
  apply lt_0_INR in P as Q. assert (Q1 : 1 <= INR N) by (apply (le_INR 1); lia). set (c := / INR N). assert (Pc : 0 < c) by (apply Rinv_0_lt_compat, Q).
  set (r := fun i => nth (i / 2 ^ q) (a :: A) a). set (s := fun i => nth (i mod 2 ^ q) (b :: B) b).
  set (u := fun i => scal (/ norm (minus (r i) (s i))) (minus (r i) (s i))).
  set (mid := fun i => scal (1 / 2) (plus (r i) (s i))).
  assert (U : forall i, inner n (u i) (u i) = 1).
  { intros i. pose proof (far (r i) (s i) (nth_inside a A _) (nth_inside b B _)) as D. unfold u.
    rewrite inner_scal, inner_scal_r, <- inner_norm. field. lra. }
  destruct (network_after (S n) N f (fun i k => c * coords n (u i) k) (fun i => - c * inner n (u i) (mid i))) as [g [D G]]; [|exact C|].
  - intros x. apply sqrt_le_1_alt. unfold dot at 1. apply Rle_trans with (sum N (fun _ => c * c * dot (S n) x x)).
    + apply sum_le. intros i _. pose proof (cauchy_schwarz (S n) (coords n (u i)) x) as Z. rewrite coords_inner, U, Rmult_1_l in Z.
      rewrite (dot_sym (S n) (fun k => c * _)), dot_scale, (dot_sym (S n) x).
      replace (c * dot (S n) (coords n (u i)) x * (c * dot (S n) (coords n (u i)) x)) with
        (c * c * (dot (S n) (coords n (u i)) x * dot (S n) (coords n (u i)) x)) by ring.
      apply Rmult_le_compat_l; [apply Rlt_le, Rmult_lt_0_compat; exact Pc|exact Z].
    + rewrite sum_const. pose proof (dot_square (S n) x). replace (INR N * (c * c * dot (S n) x x)) with (c * dot (S n) x x) by (unfold c; field; lra).
      assert (c <= 1) by (unfold c; rewrite <- Rinv_1; apply Rinv_le_contravar; lra). nra.
  - exists c, g. split; [exact Pc|]. split; [exact D|]. intros x. rewrite G, E.
    rewrite <- max_min_rounds, <- (rounds_scale c) by lra. fold kinds. f_equal. apply functional_extensionality. intros i.
    unfold affine. change (sum (S n) (fun k => c * coords n (u i) k * coords n x k)) with (dot (S n) (fun k => c * coords n (u i) k) (coords n x)).
    rewrite dot_sym, dot_scale, dot_sym, coords_inner. unfold leaf, middle_plane. fold (r i) (s i). fold (u i) (mid i).
    rewrite inner_minus_r. ring.
Qed.
End Samples.

Theorem cor_2_amended : forall n : nat,
  (forall (P Q : normed (space n) -> Prop) (e : R), nonempty P -> nonempty Q -> is_bounded P -> is_bounded Q -> 0 < e ->
    (forall p q, P p -> Q q -> e <= dist p q) -> exists a A b B,
    is_network n (max_min a A b B) /\ lipschitz (M := normed (space n)) 1 (max_min a A b B) /\
    (forall p, P p -> e / 4 <= max_min a A b B p) /\ (forall q, Q q -> max_min a A b B q <= - (e / 4))) /\
  (forall (a b : space n) (A B : list (space n)) (e : R), 0 < e ->
    (forall p q, In p (a :: A) -> In q (b :: B) -> e <= norm (minus p q)) ->
    is_network n (max_min a A b B) /\ lipschitz (M := normed (space n)) 1 (max_min a A b B) /\
    (forall p, In p (a :: A) -> e / 2 <= max_min a A b B p) /\ (forall q, In q (b :: B) -> max_min a A b B q <= - (e / 2))).
Proof.
  intros n. split.
  2: { intros a b A B e E far. split; [|exact (max_min_margin a A b B e E far)]. apply max_min_network.
    intros r s I J. specialize (far r s I J). lra. }
  intros P Q e some some' bound bound' E far.
  assert (net : forall S : normed (space n) -> Prop, nonempty S -> is_bounded S ->
    exists a A, (forall s, In s (a :: A) -> S s) /\ forall x, S x -> exists s, In s (a :: A) /\ dist x s < e / 4).
  { intros S [s I] B. destruct (finite_net (space n) S (e / 4) (space_proper n) B ltac:(lra)) as [[|a A] [J N]].
    - destruct (N s I) as [t [[] _]].
    - exists a, A. auto. }
  destruct (net P some bound) as [a [A [IA NA]]]. destruct (net Q some' bound') as [b [B [IB NB]]]. exists a, A, b, B.
  destruct (max_min_margin a A b B e E) as [L [HA HB]].
  { intros p q I J. apply (far p q); auto. }
  assert (W : is_network n (max_min a A b B)).
  { apply max_min_network. intros r s I J. specialize (far r s (IA r I) (IB s J)). simpl in far. lra. }
  split; [exact W|]. split; [exact L|]. pose proof (proj1 (lipschitz_le (M := normed (space n)) 1 (max_min a A b B)) L) as L'. split.
  - intros p I. destruct (NA p I) as [s [J K]]. specialize (HA s J). specialize (L' s p). rewrite (dist_sym (normed (space n))) in L'. lra.
  - intros q I. destruct (NB q I) as [s [J K]]. specialize (HB s J). specialize (L' q s). lra.
Qed.

Lemma cor_2_amended_inhabited : ltac:(inhabited cor_2_amended).
Proof.
  assert (far : forall p q : space 0, In p [4] -> In q [0] -> 4 <= norm (minus p q)).
  { intros p q [<-|[]] [<-|[]]. change (4 <= Rabs (4 - 0)). rewrite Rabs_right; lra. }
  split; [|split; exists 0%nat, 4, 0, [], [], 4; (split; [lra|]; split; [exact far|]); [exists 4|exists 0]; left; reflexivity].
  exists 0%nat, (fun x : R => x = 4), (fun x : R => x = 0), 4. split; [exists 4; reflexivity|]. split; [exists 0; reflexivity|].
  assert (B : forall c : R, is_bounded (M := normed (space 0)) (fun x : R => x = c)).
  { intros c. exists 0. intros x y -> ->. rewrite (dist_self (normed (space 0))). apply Rle_refl. }
  split; [apply B|]. split; [apply B|]. split; [lra|]. intros p q -> ->. apply far; left; reflexivity.
Qed.
