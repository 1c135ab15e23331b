(** Lemma 1: growth functions and VC dimensions; how half-spaces divide finitely many points. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon FinFun.
From ManyFaces Require Import Spaces Counting Hyperplanes.
Import ListNotations.
Open Scope R_scope.

(** What the members of a class of classifiers say at the points of a list. *)
Definition traces {X} (H : (X -> bool) -> Prop) (points : list X) (t : list bool) := exists h, H h /\ map h points = t.
(** The greatest number of traces on N points, which may coincide. *)
Definition growth {X} (H : (X -> bool) -> Prop) (N k : nat) :=
  (exists points, length points = N /\ exactly k (traces H points)) /\
  forall points, length points = N -> at_most k (traces H points).
(** The greatest number of points that are shattered: different points with all labels. *)
Definition labelled_freely {X} (H : (X -> bool) -> Prop) (points : list X) :=
  NoDup points /\ forall t, length t = length points -> traces H points t.
Definition vc {X} (H : (X -> bool) -> Prop) (v : nat) :=
  (exists points, labelled_freely H points /\ length points = v) /\
  forall points, labelled_freely H points -> (length points <= v)%nat.

(** All lists of n labels. *)
Fixpoint labels (n : nat) : list (list bool) :=
  match n with O => [[]] | S k => map (cons false) (labels k) ++ map (cons true) (labels k) end.

Lemma labels_in n : forall t, In t (labels n) <-> length t = n.
Proof.
  induction n; intros t; simpl.
  - split; [intros [<-|[]]; reflexivity|]. destruct t; [auto|discriminate].
  - rewrite in_app_iff, !in_map_iff. split.
    + intros [[s [<- I]]|[s [<- I]]]; simpl; f_equal; apply IHn, I.
    + intros L. destruct t as [|[] t]; [discriminate|right|left]; exists t; (split; [reflexivity|apply IHn; simpl in L; lia]).
Qed.

Lemma labels_length n : length (labels n) = (2 ^ n)%nat.
Proof. induction n; simpl; [reflexivity|]. rewrite app_length, !map_length, IHn. lia. Qed.

Lemma NoDup_join {T} (L M : list T) : NoDup L -> NoDup M -> (forall t, In t L -> ~ In t M) -> NoDup (L ++ M).
Proof.
  intros A B H. induction A as [|t L N A IH]; [exact B|]. simpl. constructor.
  - intros I. apply in_app_or in I as [I|I]; [contradiction|]. apply (H t); [left; reflexivity|exact I].
  - apply IH. intros s I. apply H. right. exact I.
Qed.

Lemma labels_different n : NoDup (labels n).
Proof.
  induction n; simpl; [constructor; [intros []|constructor]|].
  apply NoDup_join; try (apply Injective_map_NoDup; [intros s t; congruence|assumption]).
  intros t I J. apply in_map_iff in I as [s [<- _]]. apply in_map_iff in J as [u [E _]]. discriminate.
Qed.

Lemma labels_all n : exactly (2 ^ n) (fun t : list bool => length t = n).
Proof.
  split.
  - intros members D I. rewrite <- labels_length. apply NoDup_incl_length; [exact D|]. intros t J. apply labels_in, I, J.
  - exists (labels n). split; [apply labels_different|]. split; [intros t; apply labels_in|apply labels_length].
Qed.

Lemma free_different {X} (H : (X -> bool) -> Prop) points : (forall t, length t = length points -> traces H points t) -> NoDup points.
Proof.
  induction points as [|p more IH]; intros F; [constructor|]. constructor.
  - intros I. destruct (F (true :: repeat false (length more))) as [h [_ E]]; [simpl; rewrite repeat_length; reflexivity|].
    simpl in E. injection E as E1 E2. apply (in_map h) in I. rewrite E2 in I. apply repeat_spec in I. congruence.
  - apply IH. intros t L. destruct (F (true :: t)) as [h [Hh E]]; [simpl; congruence|]. exists h.
    simpl in E. injection E as _ E. auto.
Qed.

(** The first part says v = max {N : growth at N is 2^N}. *)
Theorem lemma_1_degree_amended : forall (X : Type) (H : (X -> bool) -> Prop) (v : nat), vc H v ->
  growth H v (2 ^ v) /\ (forall N, growth H N (2 ^ N) -> (N <= v)%nat) /\
  forall N k, growth H N k -> (k <= total (S v) (choose N))%nat.
Proof.
  intros X H v [[points [[D F] <-]] most]. split; [|split].
  - assert (less : forall S, length S = length points -> at_most (2 ^ length points) (traces H S)).
    { intros S E. apply at_most_less with (3 := proj1 (labels_all (length points))); [apply le_n|].
      intros t [h [_ <-]]. rewrite map_length. exact E. }
    split; [|exact less]. exists points. split; [reflexivity|]. split; [apply less; reflexivity|].
    exists (labels (length points)). split; [apply labels_different|]. split; [|apply labels_length].
    intros t I. apply F, labels_in, I.
  - intros N [[S [<- [_ [members [D' [I L]]]]]] _].
    assert (G : forall t, length t = length S -> traces H S t).
    { intros t E. apply I. apply (NoDup_length_incl D' (l' := labels (length S))); [rewrite labels_length; lia| |apply labels_in, E].
      intros s J. destruct (I s J) as [h [_ <-]]. apply labels_in, map_length. }
    apply most. split; [apply (free_different H), G|exact G].
  - intros N k [[S [<- [_ [members [D' [I <-]]]]]] _].
    apply (sauer (length S) (traces H S) (length points)); auto.
    + intros s [h [_ <-]]. apply map_length.
    + intros places N V. destruct S as [|x S].
      * destruct places as [|i places]; [simpl; lia|]. destruct (V (fun _ => true)) as [s [[h [_ <-]] E]].
        specialize (E i (or_introl eq_refl)). destruct i; discriminate.
      * rewrite <- (map_length (fun i => nth i (x :: S) x)). apply most.
        enough (G : forall t, length t = length (map (fun i => nth i (x :: S) x) places) ->
          traces H (map (fun i => nth i (x :: S) x) places) t) by (split; [apply (free_different H), G|exact G]).
        intros t L. rewrite map_length in L. destruct (labelled places (fun j => nth j t false) N) as [label E].
        destruct (V label) as [s [[h [Hh <-]] W]]. exists h. split; [exact Hh|]. rewrite map_map.
        apply nth_ext with (d := h (nth 0 (x :: S) x)) (d' := false); rewrite map_length; [congruence|].
        intros j J. rewrite (map_nth (fun i => h (nth i (x :: S) x)) places 0%nat j), <- (E j J).
        rewrite <- (W (nth j places 0%nat)) by (apply nth_In, J).
        rewrite <- (map_nth h (x :: S) x). apply nth_indep. rewrite map_length.
        apply Nat.nle_gt. intros K. destruct (V (fun _ => true)) as [s [[h' [_ <-]] W']].
        specialize (W' (nth j places 0%nat) ltac:(apply nth_In, J)). rewrite nth_overflow in W'; [discriminate|].
        rewrite map_length. exact K.
Qed.

Lemma test_vc : vc (fun h : bool -> bool => True) 2 /\ vc (fun h : bool -> bool => h = negb) 0.
Proof.
  split; split.
  - exists [true; false]. split; [split|reflexivity].
    + constructor; [intros [|[]]; discriminate|]. constructor; [intros []|constructor].
    + intros [|a [|b [|c t]]] L; try discriminate. exists (fun u : bool => if u then a else b). auto.
  - intros points [D _]. apply (NoDup_incl_length D (l' := [true; false])). intros [] _; simpl; auto.
  - exists []. split; [split; [constructor|]|reflexivity]. intros [|a t] L; [|discriminate]. exists negb. auto.
  - intros [|p points] [D F]; [simpl; lia|]. destruct (F (p :: repeat true (length points))) as [h [-> E]];
      [simpl; rewrite repeat_length; reflexivity|]. injection E as E _. destruct p; discriminate.
Qed.

(** Two constants: two traces on two points, which may be the same one. *)
Lemma test_growth : growth (fun h : unit -> bool => True) 2 2.
Proof.
  assert (most : forall points : list unit, at_most 2 (traces (fun h => True) points)).
  { intros points. apply at_most_less with (M := 2%nat) (P := fun t => exists b : bool, True /\ map (fun _ => b) points = t); [lia| |].
    - intros t [h [_ <-]]. exists (h tt). split; [exact I|]. apply map_ext. intros []. reflexivity.
    - apply at_most_image, test_exactly. }
  split; [|intros points _; apply most]. exists [tt; tt]. split; [reflexivity|]. split; [apply most|].
  exists [[true; true]; [false; false]]. split; [|split; [|reflexivity]].
  - constructor; [intros [|[]]; discriminate|]. constructor; [intros []|constructor].
  - intros t [<-|[<-|[]]]; [exists (fun _ => true)|exists (fun _ => false)]; split; try exact I; reflexivity.
Qed.
