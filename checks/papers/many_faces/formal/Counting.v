(** How many members a set has, binomial coefficients, and the lemma of Sauer and Shelah. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon FinFun Permutation.
From ManyFaces Require Import Spaces.
Import ListNotations.
Open Scope R_scope.

(** A set has at most N members: no list without repetition of its members is longer. *)
Definition at_most {T} (N : nat) (P : T -> Prop) :=
  forall members, NoDup members -> (forall t, In t members -> P t) -> (length members <= N)%nat.
(** ... and it has exactly N. *)
Definition exactly {T} (N : nat) (P : T -> Prop) :=
  at_most N P /\ exists members, NoDup members /\ (forall t, In t members -> P t) /\ length members = N.

(** Sums and products of natural numbers over i < n, and the number of subsets of k of n elements. *)
Fixpoint total (n : nat) (f : nat -> nat) : nat := match n with O => 0 | S k => total k f + f k end.
Fixpoint choose (n k : nat) : nat :=
  match n, k with _, O => 1 | O, S _ => 0 | S n', S k' => choose n' k' + choose n' (S k') end.

Lemma test_choose : choose 5 2 = 10%nat /\ choose 4 4 = 1%nat /\ choose 3 4 = 0%nat /\ choose 0 0 = 1%nat.
Proof. repeat split. Qed.

Lemma test_total : total 3 (choose 4) = 11%nat. Proof. reflexivity. Qed.

Lemma test_exactly : exactly 2 (fun b : bool => True) /\ ~ at_most 1 (fun b : bool => True).
Proof.
  split; [split|].
  - intros members N _. apply (NoDup_incl_length N (l' := [true; false])). intros [] _; simpl; auto.
  - exists [true; false]. split; [|auto]. constructor; [intros [|[]]; discriminate|]. constructor; [intros []|constructor].
  - intros H. specialize (H [true; false]). simpl in H. assert (2 <= 1)%nat; [|lia]. apply H; auto.
    constructor; [intros [|[]]; discriminate|]. constructor; [intros []|constructor].
Qed.

(** * Sets in parts *)

Definition truth (P : Prop) : bool := if excluded_middle_informative P then true else false.

Lemma truth_true P : truth P = true <-> P.
Proof. unfold truth. destruct excluded_middle_informative; split; auto; discriminate. Qed.

Lemma filter_split {T} (p : T -> bool) L : (length L = length (filter p L) + length (filter (fun t => negb (p t)) L))%nat.
Proof. induction L as [|t L IH]; simpl; [reflexivity|]. destruct (p t); simpl; rewrite IH; lia. Qed.

Lemma at_most_less {T} (P Q : T -> Prop) M N : (M <= N)%nat -> (forall t, Q t -> P t) -> at_most M P -> at_most N Q.
Proof. intros L I H members D A. apply le_trans with M; auto. Qed.

(** Where f takes at most M values and takes each at most N times, there are at most M N. *)
Lemma at_most_fibres {T U} (P : T -> Prop) (f : T -> U) M N : at_most M (fun u => exists t, P t /\ f t = u) ->
  (forall u, at_most N (fun t => P t /\ f t = u)) -> at_most (M * N) P.
Proof.
  intros values fibre L D I.
  assert (G : forall (us : list U) L, NoDup L -> (forall t, In t L -> P t /\ In (f t) us) -> (length L <= length us * N)%nat).
  { induction us as [|u us IH]; intros L' D' I'.
    - destruct L' as [|t L']; [simpl; lia|]. destruct (I' t (or_introl eq_refl)) as [_ []].
    - rewrite (filter_split (fun t => truth (f t = u)) L'). simpl.
      assert (length (filter (fun t => truth (f t = u)) L') <= N)%nat.
      { apply (fibre u); [apply NoDup_filter; assumption|]. intros t J. apply filter_In in J as [J K].
        rewrite truth_true in K. exact (conj (proj1 (I' t J)) K). }
      assert (length (filter (fun t => negb (truth (f t = u))) L') <= length us * N)%nat; [|lia].
      apply IH; [apply NoDup_filter; assumption|]. intros t J. apply filter_In in J as [J K].
      destruct (I' t J) as [Q [E|E]]; [|auto]. exfalso. unfold truth in K.
      destruct excluded_middle_informative; [discriminate|]. auto. }
  set (decide := fun u v : U => excluded_middle_informative (u = v)).
  pose proof (values (nodup decide (map f L)) (NoDup_nodup decide _)) as V.
  apply le_trans with (length (nodup decide (map f L)) * N)%nat.
  - apply G; [assumption|]. intros t J. split; [auto|]. apply nodup_In, in_map, J.
  - apply Nat.mul_le_mono_r, V. intros u J. apply nodup_In, in_map_iff in J as [t [E J]]. exists t. auto.
Qed.

Lemma at_most_one {T} (P : T -> Prop) : (forall s t, P s -> P t -> s = t) -> at_most 1 P.
Proof.
  intros H members D I. destruct D as [|s L N D]; [simpl; lia|]. destruct L as [|t L]; [simpl; lia|]. exfalso.
  apply N. left. apply H; apply I; simpl; auto.
Qed.

Lemma at_most_injective {T U} (P : T -> Prop) (f : T -> U) N : (forall s t, P s -> P t -> f s = f t -> s = t) ->
  at_most N (fun u => exists t, P t /\ f t = u) -> at_most N P.
Proof.
  intros H A. rewrite <- (Nat.mul_1_r N). apply (at_most_fibres P f); [exact A|]. intros u. apply at_most_one.
  intros s t [Ps <-] [Pt E]. auto.
Qed.

Lemma at_most_image {T U} (P : T -> Prop) (f : T -> U) N : at_most N P -> at_most N (fun u => exists t, P t /\ f t = u).
Proof.
  intros A us D I. assert (exists ts, map f ts = us /\ forall t, In t ts -> P t) as [ts [E J]].
  { clear D. induction us as [|u us IH]; [exists []; split; [reflexivity|intros t []]|].
    destruct IH as [ts [<- J]]; [intros v K; apply I; right; exact K|]. destruct (I u (or_introl eq_refl)) as [t [Pt <-]].
    exists (t :: ts). split; [reflexivity|]. intros s [<-|K]; auto. }
  rewrite <- E, map_length. apply A; [|exact J]. rewrite <- E in D. apply NoDup_map_inv in D. exact D.
Qed.

(** * Binomial coefficients *)

Lemma total_le n f g : (forall i, (i < n)%nat -> (f i <= g i)%nat) -> (total n f <= total n g)%nat.
Proof. induction n; simpl; intros H; [lia|]. apply Nat.add_le_mono; auto. Qed.

Lemma choose_0 n : choose n 0 = 1%nat. Proof. destruct n; reflexivity. Qed.

Lemma pascal n d : total (S d) (choose (S n)) = (total (S d) (choose n) + total d (choose n))%nat.
Proof.
  induction d; [simpl; rewrite choose_0; reflexivity|].
  change (total (S (S d)) (choose (S n))) with (total (S d) (choose (S n)) + choose (S n) (S d))%nat.
  rewrite IHd. simpl. lia.
Qed.

Lemma subsets_some n d : (1 <= total (S d) (choose n))%nat.
Proof.
  induction d; [simpl; rewrite choose_0; lia|]. change (1 <= total (S d) (choose n) + choose n (S d))%nat. lia.
Qed.

(** Of n elements there are at most 2^n subsets, and at most (n + 1)^d of at most d. *)
Lemma subsets_power n : forall d, (total d (choose n) <= 2 ^ n)%nat.
Proof.
  induction n; intros d.
  - change (2 ^ 0)%nat with 1%nat. destruct d; [simpl; lia|]. induction d; [simpl; lia|].
    change (total (S d) (choose 0) + 0 <= 1)%nat. lia.
  - change (2 ^ S n)%nat with (2 * 2 ^ n)%nat. destruct d; [simpl; lia|]. rewrite pascal. pose proof (IHn (S d)). pose proof (IHn d). lia.
Qed.

Lemma subsets_polynomial n : forall d, (total (S d) (choose n) <= (n + 1) ^ d)%nat.
Proof.
  induction n; intros d.
  - pose proof (subsets_power 0 (S d)) as H. rewrite Nat.pow_1_l. exact H.
  - rewrite pascal. destruct d; [simpl; rewrite choose_0; lia|]. pose proof (IHn (S d)) as A. pose proof (IHn d) as B.
    replace (S n + 1)%nat with (S (n + 1)) by lia. remember (n + 1)%nat as m. clear - A B.
    assert (m ^ d <= S m ^ d)%nat by (apply Nat.pow_le_mono_l; lia). simpl in *. nia.
Qed.

Lemma subsets_strict n : forall d, (d < n)%nat -> (total (S d) (choose n) < 2 ^ n)%nat.
Proof.
  induction n; intros d L; [lia|]. rewrite pascal. change (2 ^ S n)%nat with (2 * 2 ^ n)%nat.
  destruct d.
  - simpl. rewrite choose_0. pose proof (Nat.pow_nonzero 2 n). lia.
  - pose proof (subsets_power n (S (S d))). pose proof (IHn d ltac:(lia)). lia.
Qed.

(** * Sauer and Shelah *)

(** A list of places is shattered by a set of rows if all labels of the places are in some row. *)
Definition shatters (rows : list bool -> Prop) (places : list nat) :=
  forall label : nat -> bool, exists s, rows s /\ forall i, In i places -> nth i s false = label i.

Lemma sauer_list g : forall (F : list (list bool)) d, NoDup F -> (forall s, In s F -> length s = g) ->
  (forall places, NoDup places -> shatters (fun s => In s F) places -> (length places <= d)%nat) ->
  (length F <= total (S d) (choose g))%nat.
Proof.
  induction g; intros F d D W V.
  - apply le_trans with 1%nat; [|apply subsets_some].
    apply (NoDup_incl_length D (l' := [[]])). intros s I. specialize (W s I). destruct s; [left; reflexivity|discriminate].
  - set (half := fun b => map (@tl bool) (filter (fun s => Bool.eqb (hd false s) b) F)).
    assert (inside : forall b t, In t (half b) <-> In (b :: t) F).
    { intros b t. unfold half. rewrite in_map_iff. split.
      - intros [s [E I]]. apply filter_In in I as [I J]. apply Bool.eqb_prop in J.
        specialize (W s I). destruct s; [discriminate|]. simpl in *. subst. assumption.
      - intros I. exists (b :: t). split; [reflexivity|]. apply filter_In. split; [assumption|]. simpl. apply Bool.eqb_reflx. }
    assert (ND : forall b, NoDup (half b)).
    { intros b. unfold half. assert (K : NoDup (filter (fun s => Bool.eqb (hd false s) b) F)) by (apply NoDup_filter, D).
      assert (J : forall s, In s (filter (fun s => Bool.eqb (hd false s) b) F) -> s = b :: tl s).
      { intros s I. apply filter_In in I as [I E]. apply Bool.eqb_prop in E. specialize (W s I).
        destruct s; [discriminate|]. simpl in *. subst. reflexivity. }
      clear - K J. induction K as [|s L N K IH]; simpl; [constructor|]. constructor.
      - intros I. apply in_map_iff in I as [t [E I]]. apply N. rewrite (J s (or_introl eq_refl)), <- E.
        rewrite <- (J t (or_intror I)). assumption.
      - apply IH. intros t I. apply J. right. assumption. }
    assert (wide : forall b t, In t (half b) -> length t = g).
    { intros b t I. apply inside, W in I. simpl in I. lia. }
    assert (parts : length F = (length (half false) + length (half true))%nat).
    { unfold half. rewrite !map_length, (filter_split (fun s => Bool.eqb (hd false s) false)). f_equal. f_equal.
      apply filter_ext. intros s. destruct (hd false s); reflexivity. }
    set (both := filter (fun t => truth (In t (half false))) (half true)).
    set (new := filter (fun t => negb (truth (In t (half false)))) (half true)).
    assert (B : forall t, In t both <-> In (true :: t) F /\ In (false :: t) F).
    { intros t. unfold both. rewrite filter_In, truth_true, !inside. tauto. }
    assert (U : (length (half false ++ new) <= total (S d) (choose g))%nat).
    { apply IHg.
      - clear - ND. subst new. generalize (ND false) (ND true). generalize (half true) as L. intros L D0 D1.
        induction D1 as [|t L N D1 IH]; simpl; [rewrite app_nil_r; assumption|]. destruct (truth (In t (half false))) eqn:E; simpl;
          [exact IH|]. apply NoDup_Add with (1 := Add_app t _ _). split; [exact IH|]. intros I. apply in_app_or in I as [I|I].
        + apply truth_true in I. congruence.
        + apply filter_In in I as [I _]. contradiction.
      - intros t I. apply in_app_or in I as [I|I]; [apply (wide false), I|]. apply filter_In in I as [I _]. apply (wide true), I.
      - intros places N H. rewrite <- (map_length S). apply V; [apply Injective_map_NoDup; [intros a b; congruence|assumption]|].
        intros label. destruct (H (fun i => label (S i))) as [t [I E]].
        assert (exists b, In (b :: t) F) as [b J].
        { apply in_app_or in I as [I|I]; [exists false; apply inside, I|]. apply filter_In in I as [I _].
          exists true. apply inside, I. }
        exists (b :: t). split; [assumption|]. intros i K. apply in_map_iff in K as [j [<- K]]. simpl. auto. }
    rewrite app_length in U.
    assert (C : (length both <= total d (choose g))%nat).
    { assert (lift : forall places, NoDup places -> shatters (fun s => In s both) places -> (S (length places) <= d)%nat).
      { intros places N H. rewrite <- (map_length S). apply (V (0%nat :: map S places)).
        - constructor; [|apply Injective_map_NoDup; [intros a b; congruence|assumption]].
          intros I. apply in_map_iff in I as [j [E _]]. discriminate.
        - intros label. destruct (H (fun i => label (S i))) as [t [I E]]. apply B in I as [I J].
          exists (label 0%nat :: t). split; [destruct (label 0%nat); assumption|].
          intros i [<-|K]; [reflexivity|]. apply in_map_iff in K as [j [<- K]]. simpl. auto. }
      destruct d.
      - destruct both as [|t more] eqn:E; [simpl; lia|]. exfalso.
        assert (1 <= 0)%nat; [|lia]. apply (lift []); [constructor|]. intros label. exists t. split; [left; reflexivity|].
        intros i [].
      - apply IHg; [apply NoDup_filter, ND|intros t I; apply filter_In in I as [I _]; apply (wide true), I|].
        intros places N H. specialize (lift places N H). lia. }
    rewrite pascal, parts.
    pose proof (filter_split (fun t => truth (In t (half false))) (half true)) as K.
    change (length (half true) = length both + length new)%nat in K. lia.
Qed.

Lemma sauer g (rows : list bool -> Prop) d : (forall s, rows s -> length s = g) ->
  (forall places, NoDup places -> shatters rows places -> (length places <= d)%nat) -> at_most (total (S d) (choose g)) rows.
Proof.
  intros W V F D I. apply sauer_list; auto. intros places N H. apply V; [assumption|]. intros label.
  destruct (H label) as [s [J E]]. exists s. auto.
Qed.
