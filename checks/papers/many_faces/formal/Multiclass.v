(** Proposition 2: the multiclass Highest Mountain Function. *)
From Coq Require Import Reals Lra Lia List ClassicalEpsilon Arith.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Vectors Frontier Powers.
Import ListNotations.
Open Scope R_scope.

(** Of the classes A 0, ..., A (K - 1), some perhaps empty and then infinitely far, A k is nearest to x; two are; A k alone is. *)
Definition nearest {M : metric} (K : nat) (A : nat -> M -> Prop) (k : nat) (x : M) :=
  (k < K)%nat /\ nonempty (A k) /\ forall m, (m < K)%nat -> nonempty (A m) -> gap (A k) x <= gap (A m) x.
Definition tied {M : metric} (K : nat) (A : nat -> M -> Prop) (x : M) := exists k l, k <> l /\ nearest K A k x /\ nearest K A l x.
Definition in_cell {M : metric} (K : nat) (A : nat -> M -> Prop) (k : nat) (x : M) :=
  (k < K)%nat /\ nonempty (A k) /\ forall m, (m < K)%nat -> m <> k -> nonempty (A m) -> gap (A k) x < gap (A m) x.

(** Equation 13, with [tied] as the frontier. *)
Definition multi_hmf {M : metric} (K : nat) (A : nat -> M -> Prop) (k : nat) (x : M) : R :=
  if excluded_middle_informative (in_cell K A k x) then gap (tied K A) x else 0.

(** At least two classes are not empty. *)
Definition two_classes {M : metric} (K : nat) (A : nat -> M -> Prop) :=
  exists i j, i <> j /\ (i < K)%nat /\ (j < K)%nat /\ nonempty (A i) /\ nonempty (A j).

Section Classes.
Context {M : metric} (A : nat -> M -> Prop).

Lemma some_nearest x K : (exists m, (m < K)%nat /\ nonempty (A m)) -> exists k, nearest K A k x.
Proof.
  induction K; intros [m [L N]]; [lia|].
  destruct (excluded_middle_informative (exists m, (m < K)%nat /\ nonempty (A m))) as [E|E].
  - destruct (IHK E) as [k [Lk [Nk H]]]. destruct (excluded_middle_informative (nonempty (A K) /\ gap (A K) x < gap (A k) x)) as [[NK C]|C].
    + exists K. split; [lia|]. split; [exact NK|]. intros i I Ni. destruct (Nat.eq_dec i K) as [->|]; [lra|].
      specialize (H i ltac:(lia) Ni). lra.
    + exists k. split; [lia|]. split; [exact Nk|]. intros i I Ni. destruct (Nat.eq_dec i K) as [->|]; [|apply H; [lia|exact Ni]].
      apply Rnot_lt_le. intros D. apply C. auto.
  - assert (m = K) by (destruct (Nat.eq_dec m K); [assumption|]; destruct E; exists m; split; [lia|exact N]). subst.
    exists K. split; [lia|]. split; [exact N|]. intros i I Ni. destruct (Nat.eq_dec i K) as [->|]; [lra|]. destruct E. exists i. split; [lia|exact Ni].
Qed.

Lemma tied_or_cell K x : two_classes K A -> tied K A x \/ exists k, in_cell K A k x.
Proof.
  intros [i [j [_ [I [_ [N _]]]]]]. destruct (some_nearest x K (ex_intro _ i (conj I N))) as [k [Lk [Nk H]]].
  destruct (excluded_middle_informative (exists l, k <> l /\ nearest K A l x)) as [[l [D E]]|E].
  - left. exists k, l. split; [exact D|]. split; [split; auto|exact E].
  - right. exists k. split; [exact Lk|]. split; [exact Nk|]. intros m L D Nm. apply Rnot_le_lt. intros C. apply E. exists m.
    split; [auto|]. split; [exact L|]. split; [exact Nm|]. intros p P Np. specialize (H p P Np). lra.
Qed.

Lemma cell_not_tied K k x : in_cell K A k x -> ~ tied K A x.
Proof.
  intros [Lk [Nk H]] [i [j [D [[Li [Ni Hi]] [Lj [Nj Hj]]]]]].
  destruct (Nat.eq_dec i k) as [->|E].
  - specialize (H j Lj ltac:(auto) Nj). specialize (Hj k Lk Nk). lra.
  - specialize (H i Li E Ni). specialize (Hi k Lk Nk). lra.
Qed.

Lemma one_cell K k l x : in_cell K A k x -> in_cell K A l x -> k = l.
Proof.
  intros [Lk [Nk H]] [Ll [Nl H']]. destruct (Nat.eq_dec k l) as [|D]; [assumption|].
  specialize (H l Ll ltac:(auto) Nl). specialize (H' k Lk D Nk). lra.
Qed.

(** Where one class is nearest it is so by a margin, as there are finitely many. *)
Lemma margin k x g K : (forall m, (m < K)%nat -> m <> k -> nonempty (A m) -> g < gap (A m) x) ->
  exists e, 0 < e /\ forall m, (m < K)%nat -> m <> k -> nonempty (A m) -> g + e <= gap (A m) x.
Proof.
  induction K; intros H; [exists 1; split; [lra|intros; lia]|].
  destruct IHK as [e [P E]]; [intros; apply H; auto; lia|].
  destruct (excluded_middle_informative (K <> k /\ nonempty (A K))) as [[D N]|D].
  - pose proof (H K ltac:(lia) D N). exists (Rmin e (gap (A K) x - g)). pose proof (Rmin_l e (gap (A K) x - g)).
    pose proof (Rmin_r e (gap (A K) x - g)). split; [apply Rmin_glb_lt; lra|]. intros m L Dm Nm.
    destruct (Nat.eq_dec m K) as [->|]; [lra|]. specialize (E m ltac:(lia) Dm Nm). lra.
  - exists e. split; [exact P|]. intros m L Dm Nm. destruct (Nat.eq_dec m K) as [->|]; [tauto|]. apply E; auto. lia.
Qed.

Lemma cell_open K k x : in_cell K A k x -> exists e, 0 < e /\ forall s, dist x s < e -> in_cell K A k s.
Proof.
  intros [L [N H]]. destruct (margin k x (gap (A k) x) K H) as [e [P E]]. exists (e / 2). split; [lra|]. intros s C.
  split; [exact L|]. split; [exact N|]. intros m Lm D Nm. specialize (E m Lm D Nm).
  pose proof (gap_move (A m) Nm x s). pose proof (gap_move (A k) N s x) as B. rewrite (dist_sym M s x) in B. lra.
Qed.

Lemma tied_closed K : two_classes K A -> is_closed (tied K A).
Proof.
  intros T x _ near. destruct (tied_or_cell K x T) as [|[k C]]; [assumption|]. exfalso.
  destruct (cell_open K k x C) as [e [P E]]. destruct (near e P) as [s [S D]]. apply (cell_not_tied K k s (E s D) S).
Qed.

(** The classes but one, together. *)
Definition rest (K k : nat) (x : M) := exists m, (m < K)%nat /\ m <> k /\ A m x.

Lemma rest_attained K k x : nonempty (rest K k) -> exists m, (m < K)%nat /\ m <> k /\ nonempty (A m) /\ gap (rest K k) x = gap (A m) x.
Proof.
  intros some. apply NNPP. intros none. assert (low : forall m, (m < K)%nat -> m <> k -> nonempty (A m) -> gap (rest K k) x <= gap (A m) x).
  { intros m L D N. apply (gap_ge (A m) N). intros s I. apply (gap_le (rest K k) some). exists m. auto. }
  destruct (margin k x (gap (rest K k) x) K) as [e [P E]].
  - intros m L D N. destruct (low m L D N) as [|Z]; [assumption|]. destruct none. exists m. auto.
  - assert (gap (rest K k) x + e <= gap (rest K k) x); [|lra]. apply (gap_ge (rest K k) some). intros s [m [L [D I]]].
    assert (N : nonempty (A m)) by (exists s; exact I). apply Rle_trans with (1 := E m L D N). apply gap_le; assumption.
Qed.
End Classes.

Section Normed.
Context {V : NormedModule R_AbsRing} (K : nat) (A : nat -> normed V -> Prop).

Lemma cells_apart (x y : normed V) k l : k <> l -> in_cell K A k x -> in_cell K A l y ->
  exists t, 0 <= t <= 1 /\ tied K A (between (V := V) x y t).
Proof.
  intros D [Lk [Nk H]] [Ll [Nl H']]. assert (some : nonempty (rest A K k)) by (destruct Nl as [s I]; exists s, l; auto).
  destruct (crossing (A k) (rest A K k) Nk some x y) as [t [T Z]].
  - apply (gap_ge _ some). intros s [m [Lm [Dm I]]]. assert (Nm : nonempty (A m)) by (exists s; exact I).
    specialize (H m Lm Dm Nm). pose proof (gap_le (A m) Nm x s I). lra.
  - apply Rlt_le, Rle_lt_trans with (gap (A l) y); [|apply H'; auto]. apply (gap_ge (A l) Nl). intros s I.
    apply (gap_le _ some). exists l. auto.
  - exists t. split; [exact T|]. destruct (rest_attained A K k (between (V := V) x y t) some) as [m [Lm [Dm [Nm E]]]].
    unfold frontier in Z. exists k, m. split; [auto|].
    assert (low : forall p, (p < K)%nat -> nonempty (A p) -> gap (A k) (between (V := V) x y t) <= gap (A p) (between (V := V) x y t)).
    { intros p P Np. destruct (Nat.eq_dec p k) as [->|Dp]; [lra|]. rewrite Z. apply (gap_ge (A p) Np). intros s I.
      apply (gap_le _ some). exists p. auto. }
    split; (split; [assumption|]; split; [assumption|]); intros p P Np; specialize (low p P Np); lra.
Qed.
End Normed.

Lemma some_tie {V : NormedModule R_AbsRing} (K : nat) (A : nat -> normed V -> Prop) : two_classes K A -> nonempty (tied K A).
Proof.
  intros T. pose proof T as [i [j [D [Li [Lj [[u I] [v J]]]]]]].
  destruct (tied_or_cell A K u T) as [|[k C]]; [exists u; assumption|].
  destruct (tied_or_cell A K v T) as [|[l C']]; [exists v; assumption|].
  destruct (Nat.eq_dec k l) as [->|N].
  - destruct (Nat.eq_dec i l) as [->|E].
    + destruct C' as [_ [Nl H]]. specialize (H j Lj ltac:(auto) ltac:(exists v; exact J)).
      rewrite (gap_inside (A j) (ex_intro _ v J) v J) in H. pose proof (gap_nonneg (A l) Nl v). lra.
    + destruct C as [_ [Nl H]]. specialize (H i Li E ltac:(exists u; exact I)).
      rewrite (gap_inside (A i) (ex_intro _ u I) u I) in H. pose proof (gap_nonneg (A l) Nl u). lra.
  - destruct (cells_apart K A u v k l N C C') as [t [_ S]]. exists (between (V := V) u v t). exact S.
Qed.

Theorem eq_13 : forall (V : NormedModule R_AbsRing) (K : nat) (A : nat -> normed V -> Prop), two_classes K A ->
  nonempty (tied K A) /\ is_closed (tied K A) /\
  (forall x k l, 0 < multi_hmf K A k x -> 0 < multi_hmf K A l x -> k = l) /\
  (forall x k, tied K A x -> multi_hmf K A k x = 0).
Proof.
  intros V K A T. split; [apply some_tie, T|]. split; [apply tied_closed, T|]. unfold multi_hmf. split.
  - intros x k l. destruct excluded_middle_informative as [C|_]; [|lra]. destruct excluded_middle_informative as [C'|_]; [|lra].
    intros _ _. apply (one_cell A K k l x C C').
  - intros x k S. destruct excluded_middle_informative as [C|_]; [|reflexivity]. destruct (cell_not_tied A K k x C S).
Qed.

Theorem prop_2_opposite : forall (V : NormedModule R_AbsRing) (K : nat) (A : nat -> normed V -> Prop) (k l : nat),
  k <> l -> forall x y : normed V, in_cell K A k x -> in_cell K A l y -> gap (tied K A) x + gap (tied K A) y <= dist x y.
Proof.
  intros V K A k l D x y C C'. destruct (cells_apart K A x y k l D C C') as [t [I S]].
  assert (some : nonempty (tied K A)) by (exists (between (V := V) x y t); exact S).
  pose proof (gap_le _ some x _ S) as H. pose proof (gap_le _ some y _ S) as H'.
  rewrite (between_from (V := V)) in H by lra. rewrite (dist_sym (normed V) y), (between_to (V := V)) in H' by lra. lra.
Qed.

Lemma sum_one K k a : (k < K)%nat -> sum K (fun i => if Nat.eqb i k then a else 0) = a.
Proof.
  intros L. induction K; [lia|]. simpl. destruct (Nat.eqb_spec K k) as [->|].
  - rewrite (sum_ext k _ (fun _ => 0)), sum_zero; [ring|]. intros i I. destruct (Nat.eqb_spec i k); [lia|reflexivity].
  - rewrite IHK by lia. ring.
Qed.

Lemma multi_cell {M : metric} K (A : nat -> M -> Prop) k x i : in_cell K A k x ->
  multi_hmf K A i x = if Nat.eqb i k then gap (tied K A) x else 0.
Proof.
  intros C. unfold multi_hmf. destruct excluded_middle_informative as [C'|C'], (Nat.eqb_spec i k) as [E|E]; try reflexivity.
  - destruct E. apply (one_cell A K i k x C' C).
  - subst. contradiction.
Qed.

Theorem prop_2_lipschitz : forall (V : NormedModule R_AbsRing) (K : nat) (A : nat -> normed V -> Prop) (p : R), two_classes K A ->
  1 <= p -> forall x y : normed V, p_norm K p (fun k => multi_hmf K A k x - multi_hmf K A k y) <= dist x y.
Proof.
  intros V K A p T P x y. pose proof (some_tie K A T) as some. pose proof (eq_13 V K A T) as [_ [_ [_ zero]]].
  apply Rle_trans with (1 := powers_sum K p _ P (fun i _ => Rabs_pos _)).
  pose proof (gap_nonneg _ some x) as Px. pose proof (gap_nonneg _ some y) as Py. pose proof (dist_nonneg (normed V) x y) as Pd.
  destruct (tied_or_cell A K x T) as [X|[k X]], (tied_or_cell A K y T) as [Y|[l Y]].
  - rewrite (sum_ext K _ (fun _ => 0)); [rewrite sum_zero; exact Pd|]. intros i _. rewrite !zero by assumption. rewrite Rminus_0_r. apply Rabs_R0.
  - rewrite (sum_ext K _ (fun i => if Nat.eqb i l then gap (tied K A) y else 0)).
    + rewrite sum_one by apply Y. rewrite (dist_sym (normed V)). apply (gap_le _ some y x X).
    + intros i _. rewrite (zero x) by exact X. rewrite (multi_cell K A l y i Y). destruct (Nat.eqb i l); [rewrite Rabs_left1; lra|].
      rewrite Rminus_0_r. apply Rabs_R0.
  - rewrite (sum_ext K _ (fun i => if Nat.eqb i k then gap (tied K A) x else 0)).
    + rewrite sum_one by apply X. apply (gap_le _ some x y Y).
    + intros i _. rewrite (zero y) by exact Y. rewrite (multi_cell K A k x i X), Rminus_0_r. destruct (Nat.eqb i k); [apply Rabs_right; lra|apply Rabs_R0].
  - destruct (Nat.eq_dec k l) as [->|D].
    + rewrite (sum_ext K _ (fun i => if Nat.eqb i l then Rabs (gap (tied K A) x - gap (tied K A) y) else 0)).
      * rewrite sum_one by apply X. pose proof (gap_lipschitz _ some x y) as H. lra.
      * intros i _. rewrite (multi_cell K A l x i X), (multi_cell K A l y i Y). destruct (Nat.eqb i l); [reflexivity|].
        rewrite Rminus_0_r. apply Rabs_R0.
    + rewrite (sum_ext K _ (fun i => (if Nat.eqb i k then gap (tied K A) x else 0) + (if Nat.eqb i l then gap (tied K A) y else 0))).
      * rewrite sum_plus, !sum_one by apply X || apply Y. apply (prop_2_opposite V K A k l D x y X Y).
      * intros i _. rewrite (multi_cell K A k x i X), (multi_cell K A l y i Y).
        destruct (Nat.eqb_spec i k), (Nat.eqb_spec i l); [congruence| | |]; unfold Rabs; destruct Rcase_abs; lra.
Qed.

Theorem prop_2_argmax : forall (V : NormedModule R_AbsRing) (K : nat) (A : nat -> normed V -> Prop), two_classes K A ->
  (forall k, is_closed (A k)) -> (forall k l, k <> l -> disjoint (A k) (A l)) ->
  forall k x, (k < K)%nat -> A k x -> forall l, l <> k -> multi_hmf K A l x < multi_hmf K A k x.
Proof.
  intros V K A T closed apart k x L I l D. assert (N : nonempty (A k)) by (exists x; exact I).
  assert (C : in_cell K A k x).
  { split; [exact L|]. split; [exact N|]. intros m Lm Dm Nm. rewrite (gap_inside (A k) N x I).
    apply (gap_outside everything); [exact Nm|apply closed|exact Logic.I|]. intros J. apply (apart m k Dm x J I). }
  rewrite !(multi_cell K A k x _ C), Nat.eqb_refl. destruct (Nat.eqb_spec l k); [contradiction|].
  apply (gap_outside everything); [apply some_tie, T|apply tied_closed, T|exact Logic.I|]. apply (cell_not_tied A K k x C).
Qed.

(** The classes {0} and {4} of three, the last empty, on the line: the tie is 2. *)
Lemma test_multi_hmf : let A k (x : line) := match k with O => x = 0 | S O => x = 4 | _ => False end in
  (forall x, tied 3 A x <-> x = 2) /\ multi_hmf 3 A 0 (-1) = 3 /\ multi_hmf 3 A 1 (-1) = 0 /\ multi_hmf 3 A 1 3 = 1.
Proof.
  intros A.
  assert (G0 : forall x, gap (A 0%nat) x = Rabs (x - 0)) by (intros x; exact (gap_point (M := line) 0 x)).
  assert (G1 : forall x, gap (A 1%nat) x = Rabs (x - 4)) by (intros x; exact (gap_point (M := line) 4 x)).
  assert (N0 : nonempty (A 0%nat)) by (exists 0; reflexivity). assert (N1 : nonempty (A 1%nat)) by (exists 4; reflexivity).
  assert (N : forall k, nonempty (A k) -> (k < 2)%nat) by (intros [|[|k]] [s []]; lia).
  assert (T : forall x, tied 3 A x <-> x = 2).
  { intros x. split.
    - intros [k [l [D [[_ [Nk Ik]] [_ [Nl Il]]]]]]. pose proof (N k Nk). pose proof (N l Nl).
      assert (E : gap (A 0%nat) x = gap (A 1%nat) x).
      { specialize (Ik l ltac:(lia) Nl). specialize (Il k ltac:(lia) Nk). destruct k as [|[|k]], l as [|[|l]]; lia || lra. }
      rewrite G0, G1 in E. revert E. unfold Rabs. repeat destruct Rcase_abs; lra.
    - intros ->. exists 0%nat, 1%nat. split; [lia|].
      split; (split; [lia|]); (split; [assumption|]); intros m _ Nm; specialize (N m Nm); destruct m as [|[|m]]; try lia;
        rewrite ?G0, ?G1; unfold Rabs; repeat destruct Rcase_abs; lra. }
  assert (D : forall x, gap (tied 3 A) x = Rabs (x - 2)).
  { intros x. rewrite <- (gap_point (M := line) 2 x : _ = Rabs (x - 2)). unfold gap. f_equal. apply Glb_Rbar_eqset. intros r.
    split; intros [s [S E]]; exists s; (split; [apply T, S|exact E]). }
  assert (C0 : in_cell 3 A 0 (-1)).
  { split; [lia|]. split; [exact N0|]. intros m _ M Nm. specialize (N m Nm). destruct m as [|[|m]]; try lia.
    rewrite G0, G1. unfold Rabs. repeat destruct Rcase_abs; lra. }
  assert (C1 : in_cell 3 A 1 3).
  { split; [lia|]. split; [exact N1|]. intros m _ M Nm. specialize (N m Nm). destruct m as [|[|m]]; try lia.
    rewrite G0, G1. unfold Rabs. repeat destruct Rcase_abs; lra. }
  split; [exact T|]. rewrite !(multi_cell 3 A 0 _ _ C0), (multi_cell 3 A 1 _ _ C1), !D. simpl.
  unfold Rabs. repeat destruct Rcase_abs; repeat split; lra.
Qed.
