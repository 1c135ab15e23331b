(** Proposition 8, one hidden layer: hyperplanes in general position have as many regions as there can be. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon FinFun.
From ManyFaces Require Import Inhabited Spaces Counting Hyperplanes Pieces Cells Euclid GeneralPosition Arrangements.
Import ListNotations.
Open Scope R_scope.

(** Of the hyperplanes a_i x + b_i = 0 no n + 1 have a common point, and no n a common direction. *)
Definition general_hyperplanes (n g : nat) (a : nat -> nat -> R) (b : nat -> R) :=
  (forall x L, NoDup L -> (forall i, In i L -> (i < g)%nat /\ affine n (a i) (b i) x = 0) -> (length L <= n)%nat) /\
  (forall v, (exists k, (k < n)%nat /\ v k <> 0) -> forall L, NoDup L ->
    (forall i, In i L -> (i < g)%nat /\ dot n (a i) v = 0) -> (length L < n)%nat).

(** The points 0 and 1 of the line; not 0 twice. *)
Lemma test_general_hyperplanes : general_hyperplanes 1 2 (fun _ _ => 1) (fun i => - INR i) /\ ~ general_hyperplanes 1 2 (fun _ _ => 1) (fun _ => 0).
Proof.
  split; [split|].
  - intros x L D H. destruct L as [|i [|j L]]; simpl; try lia. exfalso.
    destruct (H i (or_introl eq_refl)) as [I Ei], (H j (or_intror (or_introl eq_refl))) as [J Ej]. unfold affine in Ei, Ej. simpl in Ei, Ej.
    assert (i <> j) by (inversion D as [|y l N _]; subst; intros ->; apply N; left; reflexivity).
    destruct i as [|[|i]], j as [|[|j]]; try lia; simpl in *; lra.
  - intros v [k [K Z]] L D H. replace k with 0%nat in Z by lia. destruct L as [|i L]; simpl; [lia|].
    destruct (H i (or_introl eq_refl)) as [_ E]. unfold dot in E. simpl in E. lra.
  - intros [H _]. specialize (H (fun _ => 0) [0%nat; 1%nat]). assert (2 <= 1)%nat; [|lia].
    apply H; [repeat constructor; simpl; lia|]. intros i [<-|[<-|[]]]; (split; [lia|]); unfold affine; simpl; ring.
Qed.

Lemma words_all N : forall s, In s (words N) <-> length s = N.
Proof.
  induction N as [|N IH]; intros s; simpl.
  - split; [intros [<-|[]]; reflexivity|]. destruct s; [auto|discriminate].
  - rewrite in_app_iff, !in_map_iff. split.
    + intros [[t [<- I]]|[t [<- I]]]; apply IH in I; rewrite app_length; simpl; lia.
    + intros E. assert (s <> []) as X by (intros ->; discriminate). destruct (exists_last X) as [t [[] ->]]; rewrite app_length in E; simpl in E;
        [left|right]; exists t; (split; [reflexivity|apply IH; lia]).
Qed.

(** The vectors (a_i, b_i), and the hyperplane at infinity. *)
Definition with_infinity (n g : nat) (a : nat -> nat -> R) (b : nat -> R) (i k : nat) : R :=
  if Nat.eqb i g then (if Nat.eqb k n then 1 else 0) else if Nat.eqb k n then b i else a i k.

Lemma infinity_dot n g a b c : dot (S n) c (with_infinity n g a b g) = c n.
Proof.
  unfold dot, with_infinity. simpl. rewrite !Nat.eqb_refl, (sum_ext n _ (fun _ => 0)), sum_zero; [ring|].
  intros k K. destruct (Nat.eqb_spec k n); [lia|ring].
Qed.

Lemma hyperplane_dot n g a b c i : (i < g)%nat -> dot (S n) c (with_infinity n g a b i) = dot n (a i) c + b i * c n.
Proof.
  intros I. unfold dot, with_infinity. simpl. rewrite Nat.eqb_refl. destruct (Nat.eqb_spec i g); [lia|]. f_equal; [|ring].
  apply sum_ext. intros k K. destruct (Nat.eqb_spec k n); [lia|ring].
Qed.

(** A direction of space is a point, or a direction, of the hyperplanes' space. *)
Lemma affine_scaled n a b c : c n <> 0 -> affine n a b (fun k => c k / c n) = (dot n a c + b * c n) / c n.
Proof.
  intros Z. unfold affine, dot. rewrite (sum_ext n _ (fun k => / c n * (a k * c k))), sum_scale by (intros; unfold Rdiv; ring). field. exact Z.
Qed.

Lemma general_with_infinity n g a b : general_hyperplanes n g a b -> general (S n) (S g) (with_infinity n g a b).
Proof.
  intros [G V] c [k [K Z]] L D H. destruct (Req_dec (c n) 0) as [C|C].
  - assert (some : exists k, (k < n)%nat /\ c k <> 0) by (exists k; split; [|exact Z]; destruct (Nat.eq_dec k n) as [->|]; [contradiction|lia]).
    set (L' := filter (fun i => negb (Nat.eqb i g)) L).
    assert (M : forall i, In i L' <-> In i L /\ i <> g).
    { intros i. unfold L'. rewrite filter_In. destruct (Nat.eqb_spec i g); simpl; intuition discriminate. }
    assert (length L' < n)%nat.
    { apply (V c some L'); [apply NoDup_filter, D|]. intros i I. apply M in I as [I N]. destruct (H i I) as [I' E].
      split; [lia|]. rewrite hyperplane_dot, C, Rmult_0_r, Rplus_0_r in E by lia. exact E. }
    assert (length L <= length (g :: L'))%nat; [|simpl in *; lia]. apply NoDup_incl_length; [exact D|]. intros i I.
    destruct (Nat.eq_dec i g) as [->|N]; [left; reflexivity|right; apply M; auto].
  - apply Nat.lt_succ_r, (G (fun k => c k / c n) L D). intros i I. destruct (H i I) as [I' E].
    assert (i <> g) by (intros ->; rewrite infinity_dot in E; contradiction). split; [lia|].
    rewrite hyperplane_dot in E by lia. rewrite affine_scaled, E by exact C. field. exact C.
Qed.

(** Half of the signs of the vectors are those of points: minus a vector has the others. *)
Lemma half_signs d N q : (number (fun s => strictly d (S N) q (s ++ [false])) (words N) <= number (fun s => strictly d (S N) q (s ++ [true])) (words N))%nat.
Proof.
  unfold number. rewrite <- (map_length (map negb)). apply NoDup_incl_length.
  - apply Injective_map_NoDup; [|apply NoDup_filter, words_different]. intros s t E. apply (f_equal (map negb)) in E.
    rewrite !map_map in E. rewrite !(map_ext (fun b => negb (negb b)) (fun b => b)), !map_id in E by apply Bool.negb_involutive. exact E.
  - intros t I. apply in_map_iff in I as [s [<- I]]. apply filter_In in I as [I T]. apply truth_true in T as [a [A E]].
    apply filter_In. split; [apply words_all; rewrite map_length; apply words_all, I|]. apply truth_true.
    exists (fun k => -1 * a k). assert (W : forall i, dot d (fun k => -1 * a k) (q i) = - dot d a (q i)) by (intros i; rewrite dot_sym, dot_scale, dot_sym; ring).
    split; [intros i J; rewrite W; specialize (A i J); lra|].
    assert (X : sides (S N) (fun i => dot d (fun k => -1 * a k) (q i)) = map negb (sides (S N) (fun i => dot d a (q i)))).
    { unfold sides. rewrite map_map. apply map_ext_in. intros i J. apply in_seq in J. specialize (A i ltac:(lia)). rewrite W. unfold side.
      destruct (Rle_dec 0 (- dot d a (q i))), (Rle_dec 0 (dot d a (q i))); simpl; auto; lra. }
    rewrite X, E, map_app. reflexivity.
Qed.

(** The first half: no layer has more cells. In general position it has just so many, and so many with an interior. *)
Lemma test_parallel : ~ general_hyperplanes 2 2 (fun _ k => if Nat.eqb k 0 then 1 else 0) INR.
Proof.
  intros [_ H]. assert (2 < 2)%nat; [|lia].
  apply (H (fun k => if Nat.eqb k 1 then 1 else 0)) with (L := [0;1]%nat).
  - exists 1%nat. split; [lia|simpl; lra].
  - repeat constructor; simpl; lia.
  - intros i [<-|[<-|[]]]; (split; [lia|]); unfold dot; simpl; ring.
Qed.

Lemma test_axes : general_hyperplanes 2 2 (fun i k => if Nat.eqb k i then 1 else 0) (fun _ => 0).
Proof.
  split.
  - intros x L D H. apply (NoDup_incl_length D (l' := [0;1]%nat)). intros i I. destruct (H i I). simpl. lia.
  - intros v [k [K Z]] L D H. apply Nat.nle_gt. intros G. assert (I : incl [0;1]%nat L).
    { apply NoDup_length_incl; [exact D|simpl; lia|]. intros i J. destruct (H i J). simpl. lia. }
    destruct (H k ltac:(apply I; simpl; lia)) as [_ E]. unfold dot in E. destruct k as [|[|k]]; try lia; simpl in E; lra.
Qed.

Theorem prop_8_pieces_zaslavsky : forall (n : nat) (l : layer),
  let most := total (S n) (choose (gates l)) in
  at_most most (cells n [l]) /\
  ((n <= gates l)%nat ->
    general_hyperplanes n (gates l) (fun j k => weight l (S (2 * j)) k - weight l (2 * j)%nat k) (fun j => bias l (S (2 * j)) - bias l (2 * j)%nat) ->
    exactly most (cells n [l]) /\
    exactly most (fun s => exists x, (forall j, (j < gates l)%nat -> difference (linear n l x) j <> 0) /\ signs n [l] x = s)).
Proof.
  intros n l most. assert (up : at_most most (cells n [l])).
  { destruct (prop_8_pieces_arrangement n [l]) as [H _]. simpl in H. rewrite Nat.mul_1_r in H. exact H. }
  split; [exact up|]. set (a := fun j k => _). set (b := fun j => _). intros L G. set (g := gates l) in *. set (q := with_infinity n g a b).
  set (open := fun s => exists x, (forall j, (j < g)%nat -> difference (linear n l x) j <> 0) /\ signs n [l] x = s).
  assert (D : forall x j, difference (linear n l x) j = affine n (a j) (b j) x).
  { intros x j. unfold difference, linear, affine, a, b. rewrite (sum_ext n (fun k => (_ - _) * _)
      (fun k => weight l (S (2 * j)) k * x k - weight l (2 * j)%nat k * x k)) by (intros; ring). rewrite sum_minus. ring. }
  assert (sub : forall s, open s -> cells n [l] s) by (intros s [x [_ E]]; exists x; exact E).
  assert (up' : at_most most open) by (intros members N I; apply up; auto).
  set (m := filter (fun s => truth (strictly (S n) (S g) q (s ++ [true]))) (words g)).
  assert (I : forall s, In s m -> open s).
  { intros s J. apply filter_In in J as [W T]. apply words_all in W. apply truth_true in T as [c [C E]]. rewrite sides_last in E.
    apply app_inj_tail in E as [E F]. unfold q in F. rewrite infinity_dot in F. apply side_true in F.
    pose proof (C g (Nat.lt_succ_diag_r g)) as Z. unfold q in Z. rewrite infinity_dot in Z.
    assert (P : 0 < / c n) by (apply Rinv_0_lt_compat; lra).
    assert (V : forall j, (j < g)%nat -> difference (linear n l (fun k => c k / c n)) j = / c n * dot (S n) c (q j)).
    { intros j J. rewrite D, affine_scaled by exact Z. unfold q. rewrite hyperplane_dot by exact J. unfold Rdiv. ring. }
    exists (fun k => c k / c n). split.
    - intros j J. rewrite V by exact J. apply Rmult_integral_contrapositive. split; [lra|apply C; lia].
    - simpl. rewrite app_nil_r, <- E. apply sides_same. intros j J. rewrite V by exact J. unfold side.
      destruct (Rle_dec 0 (/ c n * dot (S n) c (q j))), (Rle_dec 0 (dot (S n) c (q j))); auto; exfalso; nra. }
  assert (low : (most <= length m)%nat).
  { pose proof (enough_signs (S g) (S n) q ltac:(lia) (general_with_infinity n g a b G)) as K. rewrite number_words in K.
    pose proof (half_signs (S n) g q) as H. change (most_signs (S n) (S g)) with (2 * most)%nat in K.
    change (length m) with (number (fun s => strictly (S n) (S g) q (s ++ [true])) (words g)). lia. }
  assert (N : NoDup m) by apply NoDup_filter, words_different.
  split; (split; [assumption|]); exists m; (split; [exact N|]); (split; [auto|]); apply Nat.le_antisymm; auto.
Qed.

(** Two gates on the line, which change at 0 and at 1. *)
Lemma prop_8_pieces_zaslavsky_inhabited : ltac:(inhabited prop_8_pieces_zaslavsky).
Proof.
  exists 1%nat, (Layer 2 (fun i _ => if Nat.even i then 0 else 1) (fun i => match i with 3%nat => -1 | _ => 0 end)).
  split; [simpl; lia|]. destruct test_general_hyperplanes as [[A B] _]. split.
  - intros x L D H. apply (A x L D). intros i I. destruct (H i I) as [J E]. split; [exact J|]. simpl in J.
    destruct i as [|[|i]]; [| |lia]; unfold affine in *; simpl in *; lra.
  - intros v V L D H. apply (B v V L D). intros i I. destruct (H i I) as [J E]. split; [exact J|]. simpl in J.
    destruct i as [|[|i]]; [| |lia]; unfold dot in *; simpl in *; lra.
Qed.
