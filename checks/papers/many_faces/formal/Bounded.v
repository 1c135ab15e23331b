(** Proposition 7: bounded sets of R^n hold finitely many points that are a given distance apart. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Vectors Nearest Packing.
Import ListNotations.
Open Scope R_scope.

Definition is_bounded {M : metric} (X : M -> Prop) := exists D, forall x y, X x -> X y -> dist x y <= D.

Lemma test_bounded : is_bounded (M := line) (fun x => 0 <= x <= 1) /\ ~ is_bounded (M := line) (fun x => 0 <= x).
Proof.
  split.
  - exists 1. intros x y X Y. simpl. apply Rabs_le. lra.
  - intros [D H]. pose proof (H 0 (Rabs D + 1) (Rle_refl 0) ltac:(pose proof (Rabs_pos D); lra)) as K. simpl in K.
    pose proof (Rle_abs D). pose proof (Rabs_pos D). rewrite Rabs_left in K; lra.
Qed.

(** * Finite nets *)

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

(** * Packings of bounded sets are finite *)

Lemma injective_nodup {T U} (f : T -> U) (l : list T) : (forall x y, In x l -> In y l -> f x = f y -> x = y) -> NoDup l -> NoDup (map f l).
Proof.
  intros H N. induction N as [|x l out N IH]; [constructor|]. simpl. constructor.
  - intros I. apply in_map_iff in I as [y [E J]]. apply out. rewrite (H x y); simpl; auto.
  - apply IH. intros u v I J. apply H; right; assumption.
Qed.

Lemma net_bounds {M : metric} (X : M -> Prop) (m : R) (S S' : list M) :
  (forall x, X x -> exists s, In s S /\ dist x s < m) ->
  NoDup S' -> (forall x, In x S' -> X x) -> separated (2 * m) S' -> (length S' <= length S)%nat.
Proof.
  intros net N I far.
  assert (near : forall x, {s | X x -> In s S /\ dist x s < m}).
  { intros x. apply constructive_indefinite_description. destruct (classic (X x)) as [J|J].
    - destruct (net x J) as [s K]. exists s. auto.
    - exists x. intros K. contradiction. }
  set (f := fun x => proj1_sig (near x)).
  assert (F : forall x, In x S' -> In (f x) S /\ dist x (f x) < m) by (intros x J; apply (proj2_sig (near x)), I, J).
  rewrite <- (map_length f S'). apply NoDup_incl_length.
  - apply injective_nodup; [|exact N]. intros x y J K E. apply NNPP. intros D. specialize (far x y J K D).
    destruct (F x J) as [_ A]. destruct (F y K) as [_ B]. rewrite <- E in B.
    pose proof (dist_triangle M x (f x) y). rewrite (dist_sym M (f x) y) in *. lra.
  - intros s J. apply in_map_iff in J as [x [<- K]]. apply F, K.
Qed.

Lemma greatest_number (P : nat -> Prop) (N : nat) : P 0%nat -> (forall v, P v -> (v <= N)%nat) -> exists v, P v /\ forall w, P w -> (w <= v)%nat.
Proof.
  intros zero. induction N as [|N IH]; intros H; [exists 0%nat; auto|].
  destruct (classic (P (S N))) as [I|O]; [exists (S N); auto|]. apply IH. intros v I. specialize (H v I).
  destruct (Nat.eq_dec v (S N)) as [->|]; [contradiction|lia].
Qed.

Lemma finite_packing (n : nat) (X : normed (space n) -> Prop) (m : R) : is_bounded X -> 0 < m -> exists v, packing_number (2 * m) X v.
Proof.
  intros B P. destruct (finite_net (space n) X m (space_proper n) B P) as [S [_ net]].
  destruct (greatest_number (fun v => exists L, NoDup L /\ (forall x, In x L -> X x) /\ separated (2 * m) L /\ length L = v) (length S))
    as [v [Q most]].
  - exists []. split; [constructor|]. split; [intros x []|]. split; [intros x y []|reflexivity].
  - intros v [L [N [I [H <-]]]]. apply (net_bounds X m S L); assumption.
  - exists v. split; [exact Q|]. intros L N I H. apply most. exists L. auto.
Qed.

Lemma far_point {M : metric} (X : M -> Prop) (d : R) (S : list M) : ~ is_bounded X -> exists x, X x /\ forall s, In s S -> d <= dist x s.
Proof.
  intros un. apply NNPP. intros none. apply un.
  assert (near : forall x, X x -> exists s, In s S /\ dist x s < d).
  { intros x I. apply NNPP. intros K. apply none. exists x. split; [exact I|]. intros s J. apply Rnot_lt_le. intros L.
    apply K. exists s. auto. }
  assert (exists D, forall s t, In s S -> In t S -> dist s t <= D) as [D HD].
  { clear. induction S as [|p S [D H]]; [exists 0; intros s t []|].
    assert (exists E, forall s, In s S -> dist p s <= E) as [E HE].
    { clear H. induction S as [|q S [E HE]]; [exists 0; intros s []|]. exists (Rmax E (dist p q)).
      intros s [<-|I]; [apply Rmax_r|]. apply Rle_trans with (2 := Rmax_l _ _). auto. }
    exists (Rmax 0 (Rmax D E)). pose proof (Rmax_l 0 (Rmax D E)). pose proof (Rmax_r 0 (Rmax D E)).
    pose proof (Rmax_l D E). pose proof (Rmax_r D E).
    intros s t [<-|I] [<-|J]; [rewrite (dist_self M); assumption| | |].
    - specialize (HE t J). lra.
    - specialize (HE s I). rewrite (dist_sym M). lra.
    - specialize (H s t I J). lra. }
  exists (d + D + d). intros x y I J. destruct (near x I) as [s [Is Ks]]. destruct (near y J) as [t [It Kt]].
  specialize (HD s t Is It). pose proof (dist_triangle M x s y). pose proof (dist_triangle M s t y).
  rewrite (dist_sym M t y) in *. lra.
Qed.

Lemma unbounded_packing {M : metric} (X : M -> Prop) (d : R) : ~ is_bounded X -> 0 < d ->
  forall v, exists S, NoDup S /\ (forall x, In x S -> X x) /\ separated d S /\ length S = v.
Proof.
  intros un P v. induction v as [|v [S [N [I [H L]]]]].
  - exists []. split; [constructor|]. split; [intros x []|]. split; [intros x y []|reflexivity].
  - destruct (far_point X d S un) as [x [J far]]. exists (x :: S). split; [constructor; [|exact N]|].
    + intros K. specialize (far x K). rewrite (dist_self M) in far. lra.
    + split; [intros y [<-|K]; auto|]. split; [|simpl; lia]. intros y z [<-|K] [<-|K'] D; auto; [contradiction|].
      rewrite (dist_sym M). auto.
Qed.

(** * The statements *)

Theorem prop_7_finite : forall (n : nat) (X : normed (space n) -> Prop) (m : R), 0 < m ->
  (is_bounded X -> exists v, vc_dimension m X v) /\
  (~ is_bounded X -> forall v, exists S, NoDup S /\ (forall x, In x S -> X x) /\ shattered m S /\ length S = v).
Proof.
  intros n X m P. split.
  - intros B. destruct (finite_packing n X m B P) as [v H]. exists v. apply vc_packing; assumption.
  - intros un v. destruct (unbounded_packing X (2 * m) un ltac:(lra) v) as [S [N [I [H L]]]]. exists S.
    repeat split; auto. apply separated_shattered; assumption.
Qed.

Theorem prop_7_amended :
  (forall (M : metric) (X : M -> Prop) (m : R) (v : nat), 0 < m -> vc_dimension m X v <-> packing_number (2 * m) X v) /\
  (forall (n : nat) (X : normed (space n) -> Prop) (m : R), is_bounded X -> 0 < m -> exists v, vc_dimension m X v).
Proof. split; [exact vc_packing|]. intros n X m B P. apply (prop_7_finite n X m P), B. Qed.

Lemma prop_7_finite_inhabited : ltac:(inhabited prop_7_finite).
Proof.
  split; [exists 0%nat, (fun x : R => 0 <= x <= 1), 1|exists 0%nat, (fun x : R => 0 <= x), 1]; (split; [lra|]); apply test_bounded.
Qed.

Lemma prop_7_amended_inhabited : ltac:(inhabited prop_7_amended).
Proof.
  split.
  - exists line, (fun x => x = 0 \/ x = 2), 1, 2%nat. split; [lra|]. exact (proj1 test_vc_dimension).
  - exists 0%nat, (fun x : R => 0 <= x <= 1), 1. split; [apply test_bounded|lra].
Qed.
