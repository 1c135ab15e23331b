(** Lemma 1: in how many ways convex pieces and affine classifiers in them label N points; the VC dimension. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon.
From ManyFaces Require Import Spaces Counting Hyperplanes Pieces Halfspaces Separation Growth.
Import ListNotations.
Open Scope R_scope.

(** Classifiers that are given by affine functions on B pieces of a convex partition; 0 counts as positive. *)
Definition piecewise (n B : nat) (h : (nat -> R) -> bool) := exists piece a b,
  convex_partition n B piece /\ forall x, h x = side (affine n (a (piece x)) (b (piece x)) x).

(** |x| - 1 on the line has two pieces. *)
Lemma test_piecewise : piecewise 1 2 (fun x => side (Rabs (x 0%nat) - 1)).
Proof.
  exists (fun x => if Rle_dec 0 (x 0%nat) then 1 else 0)%nat, (fun k _ => match k with O => -1 | _ => 1 end), (fun _ => -1).
  split; [apply test_convex_partition|]. intros x. f_equal. unfold affine, Rabs. simpl.
  destruct (Rle_dec 0 (x 0%nat)), (Rcase_abs (x 0%nat)); try lra.
Qed.

(** * Counting by what determines *)

Lemma at_most_related {T U} (P : T -> Prop) (Q : U -> Prop) (R : T -> U -> Prop) N :
  (forall t, P t -> exists u, Q u /\ R t u) -> (forall s t u, R s u -> R t u -> s = t) -> at_most N Q -> at_most N P.
Proof.
  intros H I A members D J. destruct members as [|t0 more]; [simpl; lia|]. destruct (H t0 (J t0 (or_introl eq_refl))) as [u0 _].
  set (f := fun t => epsilon (inhabits u0) (fun u => Q u /\ R t u)).
  assert (F : forall t, P t -> Q (f t) /\ R t (f t)) by (intros t Pt; apply (epsilon_spec (inhabits u0) (fun u => Q u /\ R t u)), H, Pt).
  rewrite <- (map_length f). apply A.
  - assert (K : forall s t, In s (t0 :: more) -> In t (t0 :: more) -> f s = f t -> s = t).
    { intros s t Is It E. apply (I s t (f s)); [apply F; auto|rewrite E; apply F; auto]. }
    clear - D K. induction D as [|t L N D IH]; simpl; constructor.
    + intros M. apply in_map_iff in M as [s [E M]]. apply N. rewrite <- (K s t); simpl; auto.
    + apply IH. intros s u Is Iu. apply K; simpl; auto.
  - intros u M. apply in_map_iff in M as [t [<- M]]. apply F, J, M.
Qed.

Lemma at_most_lists {T} (Q : T -> Prop) M k : at_most M Q -> at_most (M ^ k) (fun L => length L = k /\ forall s, In s L -> Q s).
Proof.
  intros A. induction k.
  - apply at_most_one. intros [|] [|] [E _] [E' _]; try discriminate. reflexivity.
  - simpl. apply (at_most_fibres _ (@hd_error T)).
    + apply at_most_less with (3 := at_most_image Q Some M A); [apply le_n|].
      intros u [[|s L] [[E I] <-]]; [discriminate|]. exists s. split; [apply I; left; reflexivity|reflexivity].
    + intros u. apply (at_most_injective _ (@tl T)).
      * intros [|s L] [|t L'] [[E _] V] [[E' _] V'] W; try discriminate. simpl in *. congruence.
      * apply at_most_less with (3 := IHk); [apply le_n|]. intros L [[|s L'] [[[E I] _] <-]]; [discriminate|].
        split; [simpl in *; lia|]. intros t J. apply I. right. exact J.
Qed.

(** The pairs i < j < B. *)
Fixpoint pairs (B : nat) : list (nat * nat) := match B with O => [] | S k => pairs k ++ map (fun i => (i, k)) (seq 0 k) end.

Lemma pairs_in B i j : (i < j)%nat -> (j < B)%nat -> In (i, j) (pairs B).
Proof.
  induction B; intros L K; [lia|]. simpl. apply in_or_app. destruct (Nat.eq_dec j B) as [->|].
  - right. apply in_map_iff. exists i. split; [reflexivity|]. apply in_seq. lia.
  - left. apply IHB; lia.
Qed.

Lemma pairs_length B : (2 * length (pairs B) = B * (B - 1))%nat.
Proof.
  induction B; [reflexivity|]. simpl pairs. rewrite app_length, map_length, seq_length. revert IHB.
  generalize (length (pairs B)). intros k E. destruct B; [simpl; lia|]. rewrite !Nat.sub_succ, !Nat.sub_0_r in *. nia.
Qed.

Lemma pairs_half B : length (pairs B) = (B * (B - 1) / 2)%nat.
Proof. apply Nat.div_unique_exact; [lia|]. rewrite <- pairs_length. lia. Qed.

Lemma triangle B : (B * (B - 1) / 2 + B = B * (B + 1) / 2)%nat.
Proof.
  apply Nat.div_unique_exact; [lia|]. rewrite <- pairs_half. pose proof (pairs_length B) as E. revert E.
  generalize (length (pairs B)). intros k E. destruct B; [simpl in *; lia|]. rewrite Nat.sub_succ, Nat.sub_0_r in E. nia.
Qed.

Section Code.
Context (n N B : nat) (p : nat -> nat -> R).

Definition code_of (a : nat -> nat -> nat -> R) (b : nat -> nat -> R) :=
  map (fun ij => sides N (fun r => affine n (a (fst ij) (snd ij)) (b (fst ij) (snd ij)) (p r))) (pairs B).
Definition decides (piece : (nat -> R) -> nat) (a : nat -> nat -> nat -> R) (b : nat -> nat -> R) :=
  (forall x, (piece x < B)%nat) /\
  (forall i j r, i <> j -> affine n (a i j) (b i j) (p r) = - affine n (a j i) (b j i) (p r)) /\
  (forall i j r, i <> j -> (r < N)%nat -> affine n (a i j) (b i j) (p r) <> 0) /\
  forall i r, (i < B)%nat -> (r < N)%nat -> piece (p r) = i <-> forall j, (j < B)%nat -> j <> i -> 0 < affine n (a i j) (b i j) (p r).

Lemma some_code piece : convex_partition n B piece -> exists a b, decides piece a b.
Proof.
  intros H. destruct (lemma_1_inequalities_amended n B piece (map p (seq 0 N)) H) as [a [b [A [Z D]]]].
  assert (In_p : forall r, (r < N)%nat -> In (p r) (map p (seq 0 N))) by (intros; apply in_map, in_seq; lia).
  exists a, b. split; [apply H|]. split; [intros; apply A; assumption|]. split; intros; [apply Z; auto|apply D; auto].
Qed.

Lemma code_decides piece a b piece' a' b' r : decides piece a b -> decides piece' a' b' -> code_of a b = code_of a' b' ->
  (r < N)%nat -> piece (p r) = piece' (p r).
Proof.
  intros [small [A [Z D]]] [_ [A' [Z' D']]] E L. symmetry. apply (D' (piece (p r)) r (small _) L). intros j J K.
  assert (G : forall i j, (i < j)%nat -> (j < B)%nat -> side (affine n (a i j) (b i j) (p r)) = side (affine n (a' i j) (b' i j) (p r))).
  { intros i k I M. pose proof (ext_in_map E (i, k) (pairs_in B i k I M)) as W. simpl in W.
    exact (ext_in_map W r ltac:(apply in_seq; lia)). }
  pose proof (proj1 (D (piece (p r)) r (small _) L) eq_refl j J K) as P.
  destruct (Nat.lt_total (piece (p r)) j) as [M|[M|M]]; [|congruence|].
  - specialize (G _ _ M J). rewrite (proj2 (side_true _) (Rlt_le _ _ P)) in G. symmetry in G. apply side_true in G.
    pose proof (Z' (piece (p r)) j r ltac:(auto) L). lra.
  - rewrite A' by auto. rewrite A in P by auto. specialize (G _ _ M (small _)).
    rewrite (proj2 (side_false _)) in G by lra. symmetry in G. apply side_false in G. lra.
Qed.

Lemma code_divided a b s : In s (code_of a b) -> divided n N p s.
Proof. intros I. apply in_map_iff in I as [ij [<- _]]. exists (a (fst ij) (snd ij)), (b (fst ij) (snd ij)). reflexivity. Qed.

Lemma code_length a b : length (code_of a b) = (B * (B - 1) / 2)%nat.
Proof. unfold code_of. rewrite map_length. apply pairs_half. Qed.

Definition rows (a : nat -> nat -> R) (b : nat -> R) := map (fun i => sides N (fun r => affine n (a i) (b i) (p r))) (seq 0 B).

Lemma rows_divided a b s : In s (rows a b) -> divided n N p s.
Proof. intros I. apply in_map_iff in I as [i [<- _]]. exists (a i), (b i). reflexivity. Qed.

Lemma rows_decide a b a' b' i r : rows a b = rows a' b' -> (i < B)%nat -> (r < N)%nat ->
  side (affine n (a i) (b i) (p r)) = side (affine n (a' i) (b' i) (p r)).
Proof.
  intros E I L. pose proof (ext_in_map E i ltac:(apply in_seq; lia)) as W.
  exact (ext_in_map W r ltac:(apply in_seq; lia)).
Qed.
End Code.

Lemma cover_power N n k : (1 <= N)%nat -> (cover N n ^ k <= 2 ^ k * (N ^ (n + 1)) ^ k)%nat.
Proof.
  intros P. rewrite <- Nat.pow_mul_l. apply Nat.pow_le_mono_l. pose proof (cover_polynomial N n P).
  apply le_trans with (1 := H), Nat.mul_le_mono_l, Nat.pow_le_mono_r; lia.
Qed.

Lemma divided_any n N p : at_most (cover N n) (divided n N p).
Proof.
  destruct N; [|apply divided_at_most; lia]. apply at_most_less with (M := 1%nat) (P := divided n 0 p); [|auto|].
  - apply cover_some.
  - apply at_most_one. intros s t [a [b <-]] [a' [b' <-]]. reflexivity.
Qed.

(** The number of the piece of each point. *)
Theorem lemma_1_independent : forall (n N B : nat) (p : nat -> nat -> R), (1 <= N)%nat ->
  at_most (cover N n ^ (B * (B - 1) / 2))
    (fun t => exists piece, convex_partition n B piece /\ map (fun r => piece (p r)) (seq 0 N) = t) /\
  (cover N n ^ (B * (B - 1) / 2) <= 2 ^ (B * (B - 1) / 2) * (N ^ (n + 1)) ^ (B * (B - 1) / 2))%nat.
Proof.
  intros n N B p P. split; [|apply cover_power, P].
  apply (at_most_related _ _ (fun t u => exists piece a b, decides n N B p piece a b /\
    map (fun r => piece (p r)) (seq 0 N) = t /\ code_of n N B p a b = u)) with (3 := at_most_lists _ _ _ (divided_any n N p)).
  - intros t [piece [H <-]]. destruct (some_code n N B p piece H) as [a [b D]]. exists (code_of n N B p a b).
    split; [split; [apply code_length|apply code_divided]|]. exists piece, a, b. auto.
  - intros s t u [piece [a [b [D [<- <-]]]]] [piece' [a' [b' [D' [<- E]]]]]. apply map_ext_in. intros r I. apply in_seq in I.
    apply (code_decides n N B p piece a b piece' a' b' r D D'); [congruence|lia].
Qed.

(** The labels, when the pieces of the points are given. *)
Theorem lemma_1_labels : forall (n N B : nat) (p : nat -> nat -> R) (assigned : nat -> nat), (1 <= N)%nat ->
  (forall r, (r < N)%nat -> (assigned r < B)%nat) ->
  at_most (cover N n ^ B)
    (fun t => exists a b, map (fun r => side (affine n (a (assigned r)) (b (assigned r)) (p r))) (seq 0 N) = t) /\
  (cover N n ^ B <= 2 ^ B * (N ^ (n + 1)) ^ B)%nat.
Proof.
  intros n N B p assigned P S. split; [|apply cover_power, P].
  apply (at_most_related _ _ (fun t u => exists a b,
    map (fun r => side (affine n (a (assigned r)) (b (assigned r)) (p r))) (seq 0 N) = t /\ rows n N B p a b = u))
    with (3 := at_most_lists _ _ _ (divided_any n N p)).
  - intros t [a [b <-]]. exists (rows n N B p a b). split; [|exists a, b; auto].
    split; [unfold rows; rewrite map_length; apply seq_length|apply rows_divided].
  - intros s t u [a [b [<- <-]]] [a' [b' [<- E]]]. apply map_ext_in. intros r I. apply in_seq in I.
    apply (rows_decide n N B p); [congruence|apply S; lia|lia].
Qed.

Lemma piecewise_traces n B (H : ((nat -> R) -> bool) -> Prop) points : (forall h, H h -> piecewise n B h) ->
  at_most (cover (length points) n ^ (B * (B + 1) / 2)) (traces H points).
Proof.
  intros sub. set (N := length points). set (p := fun r => nth r points (fun _ => 0)).
  assert (E : forall h : (nat -> R) -> bool, map h points = map (fun r => h (p r)) (seq 0 N)).
  { intros h. unfold p, N. clear. induction points as [|x L IH]; simpl; [reflexivity|].
    f_equal. rewrite <- seq_shift, map_map. exact IH. }
  apply (at_most_related _ _ (fun t u => exists piece a b f g, decides n N B p piece a b /\
    map (fun r => side (affine n (f (piece (p r))) (g (piece (p r))) (p r))) (seq 0 N) = t /\
    code_of n N B p a b ++ rows n N B p f g = u)) with (3 := at_most_lists _ _ _ (divided_any n N p)).
  - intros t [h [Hh <-]]. destruct (sub h Hh) as [piece [f [g [C G]]]]. destruct (some_code n N B p piece C) as [a [b D]].
    exists (code_of n N B p a b ++ rows n N B p f g). split.
    + split; [unfold rows; rewrite app_length, code_length, map_length, seq_length; apply triangle|].
      intros s I. apply in_app_or in I as [I|I]; [apply (code_divided n N B p a b), I|apply (rows_divided n N B p f g), I].
    + exists piece, a, b, f, g. split; [exact D|]. split; [|reflexivity]. rewrite E. apply map_ext. intros r. rewrite G. reflexivity.
  - intros s t u [piece [a [b [f [g [D [<- <-]]]]]]] [piece' [a' [b' [f' [g' [D' [<- W]]]]]]].
    assert (W' : code_of n N B p a' b' = code_of n N B p a b /\ rows n N B p f' g' = rows n N B p f g).
    { assert (L : length (code_of n N B p a' b') = length (code_of n N B p a b)) by (rewrite !code_length; reflexivity).
      generalize dependent (code_of n N B p a b). generalize (code_of n N B p a' b'). intros u. induction u as [|x u IH];
        intros [|y v] W L; try discriminate; [auto|]. simpl in *. injection W as -> W. apply IH in W as [-> ->]; auto. }
    destruct W' as [W1 W2]. apply map_ext_in. intros r I. apply in_seq in I.
    rewrite (code_decides n N B p piece a b piece' a' b' r D D') by (congruence || lia).
    apply (rows_decide n N B p); [congruence|apply D'|lia].
Qed.

Theorem lemma_1_growth : forall (n B : nat) (H : ((nat -> R) -> bool) -> Prop) (N k : nat),
  (forall h, H h -> piecewise n B h) -> (1 <= B)%nat -> (1 <= N)%nat -> growth H N k ->
  (k <= cover N n ^ (B * (B + 1) / 2))%nat /\
  (cover N n ^ (B * (B + 1) / 2) <= 2 ^ (B * (B + 1) / 2) * (N ^ (n + 1)) ^ (B * (B + 1) / 2))%nat /\
  ((N ^ (n + 1)) ^ (B * (B + 1) / 2) <= (N ^ (n + 1)) ^ (B * B))%nat.
Proof.
  intros n B H N k sub PB PN [[points [<- [_ [members [D [I <-]]]]]] _]. split; [|split].
  - apply (piecewise_traces n B H points sub); assumption.
  - apply cover_power, PN.
  - apply Nat.pow_le_mono_r; [apply Nat.pow_nonzero; lia|]. apply Nat.div_le_upper_bound; nia.
Qed.
