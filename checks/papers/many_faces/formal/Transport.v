(** Proposition 6: the minimisers of the Kantorovich-Rubinstein loss on the paper's points, for every n. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses Entropy Risk.
Open Scope R_scope.

(** The i-th atom of P, of Q: 4i and 4i + 3 for i = 0, ..., n - 1; each of mass 1/(2n). *)
Definition atom_p (i : nat) : line := 4 * INR i.
Definition atom_q (i : nat) : line := 4 * INR i + 3.
Definition figure_4 (n : nat) : sample line :=
  Sample line n atom_p (fun _ => 1 / (2 * INR n)) n atom_q (fun _ => 1 / (2 * INR n)).

Lemma figure_risk n f : (0 < n)%nat -> risk kr (figure_4 n) f = sum n (fun i => f (atom_q i) - f (atom_p i)) / (2 * INR n).
Proof.
  intros P. apply lt_0_INR in P. unfold risk, kr; simpl.
  transitivity (/ (2 * INR n) * sum n (fun i => f (atom_q i) - f (atom_p i))); [|unfold Rdiv; ring].
  rewrite <- sum_scale, <- sum_plus. apply sum_ext. intros. field. lra.
Qed.

Lemma pair_fall f i : lipschitz (M := line) 1 f -> - 3 <= f (atom_q i) - f (atom_p i).
Proof.
  intros H. pose proof (proj1 (lipschitz_le 1 f) H (atom_p i) (atom_q i)) as K. unfold atom_p, atom_q in *. simpl in K.
  replace (4 * INR i - (4 * INR i + 3)) with (- 3) in K by ring. rewrite Rabs_left in K; lra.
Qed.

(** Minus the distance to P along the line: a minimiser, which falls by 3 on each pair and then rises by 1. *)
Lemma fall : exists f : line -> R, lipschitz 1 f /\ forall i, f (atom_q i) = f (atom_p i) - 3.
Proof.
  exists (fun t => - t). split; [intros a b; simpl; rewrite <- Rabs_Ropp; right; rewrite Rmult_1_l; f_equal; ring|].
  intros i. unfold atom_p, atom_q. ring.
Qed.

Theorem prop_6_potential_amended : forall (n : nat) (f : line -> R), (0 < n)%nat ->
  minimises kr (figure_4 n) 1 f <-> lipschitz 1 f /\ forall i, (i < n)%nat -> f (atom_q i) = f (atom_p i) - 3.
Proof.
  intros n f P. pose proof (lt_0_INR n P) as Q. split.
  - intros [H least]. split; [exact H|]. destruct fall as [g [G E]]. specialize (least g G).
    rewrite !figure_risk in least by exact P.
    rewrite (sum_ext n (fun i => g _ - g _) (fun _ => - 3)), sum_const in least by (intros i I; rewrite E; ring).
    apply Rmult_le_reg_r in least; [|apply Rinv_0_lt_compat; lra].
    assert (S : sum n (fun _ => - 3) = sum n (fun i => f (atom_q i) - f (atom_p i))).
    { apply Rle_antisym; [apply sum_le; intros; apply pair_fall, H|rewrite sum_const; exact least]. }
    intros i I. pose proof (sum_tight n _ _ (fun i _ => pair_fall f i H) S i I) as T. cbv beta in T. lra.
  - intros [H E]. split; [exact H|]. intros g G. rewrite !figure_risk by exact P.
    apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; lra|]. apply sum_le. intros i I. rewrite (E i I).
    pose proof (pair_fall g i G). lra.
Qed.

Theorem prop_6_potential : ~ forall (n : nat) (f : line -> R), (0 < n)%nat -> minimises kr (figure_4 n) 1 f ->
  forall i, (i < n)%nat -> f (atom_q i) = f (atom_p i) + 3.
Proof.
  intros H. destruct fall as [f [F E]]. specialize (H 1%nat f ltac:(lia)).
  assert (K : minimises kr (figure_4 1) 1 f) by (apply prop_6_potential_amended; auto).
  specialize (H K 0%nat ltac:(lia)). rewrite E in H. lra.
Qed.

(** Sending each atom of P to the next of Q is optimal and costs 3 for each unit of mass. *)
Theorem prop_6_plan : forall (n : nat), (0 < n)%nat ->
  let plan i j := if Nat.eqb i j then 1 / INR n else 0 in
  let total gamma := sum n (fun i => sum n (fun j => gamma i j * dist (atom_p i) (atom_q j))) in
  (forall i, (i < n)%nat -> sum n (plan i) = 1 / INR n) /\ (forall j, (j < n)%nat -> sum n (fun i => plan i j) = 1 / INR n) /\
  total plan = 3 /\
  forall gamma, (forall i j, 0 <= gamma i j) -> (forall i, (i < n)%nat -> sum n (gamma i) = 1 / INR n) ->
    (forall j, (j < n)%nat -> sum n (fun i => gamma i j) = 1 / INR n) -> 3 <= total gamma.
Proof.
  intros n P plan total. pose proof (lt_0_INR n P) as Q.
  assert (D : forall m i c, (i < m)%nat -> sum m (fun j => (if Nat.eqb i j then 1 / INR n else 0) * c j) = 1 / INR n * c i).
  { intros m i c I. induction m; [lia|]. simpl. destruct (Nat.eq_dec i m) as [->|N].
    - rewrite Nat.eqb_refl, (sum_ext m _ (fun _ => 0)), sum_zero; [ring|]. intros k K.
      replace (Nat.eqb m k) with false by (symmetry; apply Nat.eqb_neq; lia). ring.
    - replace (Nat.eqb i m) with false by (symmetry; apply Nat.eqb_neq; lia). rewrite IHm by lia. ring. }
  assert (R : forall i, (i < n)%nat -> sum n (plan i) = 1 / INR n).
  { intros i I. pose proof (D n i (fun _ => 1) I) as E. rewrite Rmult_1_r in E. rewrite <- E. apply sum_ext. intros. unfold plan. ring. }
  split; [exact R|]. split.
  - intros j J. rewrite <- (R j J). apply sum_ext. intros i I. unfold plan. rewrite Nat.eqb_sym. reflexivity.
  - split.
    + unfold total. rewrite (sum_ext n _ (fun _ => 1 / INR n * 3)), sum_const; [field; lra|]. intros i I.
      unfold plan. rewrite D by exact I. f_equal. unfold atom_p, atom_q; simpl.
      replace (4 * INR i - (4 * INR i + 3)) with (- 3) by ring. rewrite Rabs_left; lra.
    + intros gamma N A B. destruct fall as [f [F E]]. unfold total.
      apply Rle_trans with (sum n (fun i => sum n (fun j => gamma i j * (f (atom_p i) - f (atom_q j))))).
      * rewrite (sum_ext n _ (fun i => 1 / INR n * f (atom_p i) - sum n (fun j => gamma i j * f (atom_q j)))).
        2:{ intros i I. rewrite <- (A i I), Rmult_comm, <- sum_scale, <- sum_minus. apply sum_ext. intros. ring. }
        rewrite sum_minus, sum_swap, (sum_ext n (fun j => sum n _) (fun j => 1 / INR n * f (atom_q j))).
        2:{ intros j J. rewrite <- (B j J), Rmult_comm, <- sum_scale. apply sum_ext. intros. ring. }
        rewrite <- sum_minus, (sum_ext n _ (fun _ => 1 / INR n * 3)), sum_const by (intros i I; rewrite E; ring).
        right. field. lra.
      * apply sum_le. intros i I. apply sum_le. intros j J. apply Rmult_le_compat_l; [apply N|].
        pose proof (proj1 (lipschitz_le 1 f) F (atom_p i) (atom_q j)). lra.
Qed.

Lemma half_even j : Nat.div2 (2 * j) = j. Proof. apply Nat.div2_double. Qed.
Lemma half_odd j : Nat.div2 (2 * j + 1) = j.
Proof. replace (2 * j + 1)%nat with (S (2 * j)) by lia. apply Nat.div2_succ_double. Qed.
Lemma odd_even j : Nat.odd (2 * j) = false.
Proof. destruct (Nat.odd (2 * j)) eqn:H; [|reflexivity]. apply Nat.odd_spec in H. destruct H. lia. Qed.
Lemma odd_odd j : Nat.odd (2 * j + 1) = true. Proof. apply Nat.odd_spec. exists j. reflexivity. Qed.

Theorem prop_6_free : forall (n : nat), (0 < n)%nat ->
  (forall (f : line -> R) i, lipschitz 1 f -> Rabs (f (4 * INR i - 1) - f (4 * INR i)) <= 1) /\
  (forall c, Rabs c <= 1 -> exists f, minimises kr (figure_4 n) 1 f /\
    forall i, (1 <= i)%nat -> (i < n)%nat -> f (4 * INR i) - f (4 * INR i - 1) = c).
Proof.
  intros n P. split.
  - intros f i H. eapply Rle_trans; [apply H|]. simpl. replace (4 * INR i - 1 - 4 * INR i) with (- 1) by ring.
    rewrite Rabs_left; lra.
  - intros c C. apply Rabs_le_between in C.
    set (value := fun k => (c - 3) * INR (Nat.div2 k) + if Nat.odd k then - 3 else 0).
    set (place := fun k => 4 * INR (Nat.div2 k) + if Nat.odd k then 3 else 0).
    destruct (eq_4_neighbours (2 * n) place value 1) as [f [F E]]; [lra| | |].
    + intros k K. unfold place. destruct (Nat.Even_or_Odd k) as [[j ->]|[j ->]].
      * replace (S (2 * j)) with (2 * j + 1)%nat by lia. rewrite odd_even, odd_odd, half_even, half_odd. lra.
      * replace (S (2 * j + 1)) with (2 * S j)%nat by lia. rewrite odd_even, odd_odd, half_even, half_odd, S_INR. lra.
    + intros k K. unfold place, value. destruct (Nat.Even_or_Odd k) as [[j ->]|[j ->]].
      * replace (S (2 * j)) with (2 * j + 1)%nat by lia. rewrite odd_even, odd_odd, half_even, half_odd.
        rewrite Rabs_right; lra.
      * replace (S (2 * j + 1)) with (2 * S j)%nat by lia. rewrite odd_even, odd_odd, half_even, half_odd, S_INR.
        apply Rabs_le. lra.
    + assert (Ep : forall i, (i < n)%nat -> f (atom_p i) = (c - 3) * INR i).
      { intros i I. specialize (E (2 * i)%nat ltac:(lia)). unfold place, value in E. rewrite odd_even, half_even in E.
        unfold atom_p. rewrite Rplus_0_r in E. rewrite E. ring. }
      assert (Eq : forall i, (i < n)%nat -> f (atom_q i) = (c - 3) * INR i - 3).
      { intros i I. specialize (E (2 * i + 1)%nat ltac:(lia)). unfold place, value in E. rewrite odd_odd, half_odd in E.
        unfold atom_q. rewrite E. ring. }
      exists f. split.
      * apply prop_6_potential_amended; [exact P|]. split; [exact F|]. intros i I. rewrite Ep, Eq by exact I. ring.
      * intros [|i] A B; [lia|]. specialize (Ep (S i) B). specialize (Eq i ltac:(lia)). unfold atom_p, atom_q in *.
        rewrite S_INR in *. replace (4 * (INR i + 1) - 1) with (4 * INR i + 3) by ring. rewrite Ep, Eq. ring.
Qed.

Lemma next_step (f : line -> R) i : lipschitz 1 f -> f (atom_p (S i)) - f (atom_q i) <= 1.
Proof.
  intros H. pose proof (proj1 (lipschitz_le 1 f) H (atom_p (S i)) (atom_q i)) as K. unfold atom_p, atom_q in *. rewrite S_INR in *. simpl in K.
  replace (4 * (INR i + 1) - (4 * INR i + 3)) with 1 in K by ring. rewrite Rabs_R1 in K. lra.
Qed.

Lemma one_lower n f : (0 < n)%nat -> minimises kr (figure_4 n) 1 f ->
  forall i, (S i < n)%nat -> f (atom_p (S i)) <= f (atom_p i) - 2 /\ f (atom_q (S i)) <= f (atom_q i) - 2.
Proof.
  intros P best i I. apply prop_6_potential_amended in best; [|exact P]. destruct best as [H E].
  pose proof (next_step f i H). pose proof (E i ltac:(lia)). pose proof (E (S i) I). lra.
Qed.

Lemma later_lower n f : (0 < n)%nat -> minimises kr (figure_4 n) 1 f ->
  forall i k, (i + k < n)%nat -> f (atom_p (i + k)) <= f (atom_p i) - 2 * INR k /\ f (atom_q (i + k)) <= f (atom_q i) - 2 * INR k.
Proof.
  intros P best i k. induction k; intros K; [rewrite Nat.add_0_r; simpl; lra|].
  rewrite Nat.add_succ_r, S_INR. specialize (IHk ltac:(lia)).
  pose proof (one_lower n f P best (i + k) ltac:(lia)). lra.
Qed.

Theorem prop_6_monotone_amended : forall (n : nat) (f : line -> R), (0 < n)%nat -> minimises kr (figure_4 n) 1 f ->
  forall i j, (i < j)%nat -> (j < n)%nat -> f (atom_p j) <= f (atom_p i) - 2 * (INR j - INR i) /\
    f (atom_q j) <= f (atom_q i) - 2 * (INR j - INR i) /\ 2 <= 2 * (INR j - INR i).
Proof.
  intros n f P best i j I J. pose proof (later_lower n f P best i (j - i) ltac:(lia)) as [A B].
  replace (i + (j - i))%nat with j in * by lia. rewrite minus_INR in * by lia.
  apply le_INR in I. rewrite S_INR in I. lra.
Qed.

Theorem prop_6_monotone : ~ forall (n : nat) (f : line -> R), (0 < n)%nat -> minimises kr (figure_4 n) 1 f ->
  forall i j, (i < j)%nat -> (j < n)%nat -> f (atom_p i) < f (atom_p j).
Proof.
  intros H. destruct fall as [f [F E]].
  assert (K : minimises kr (figure_4 2) 1 f) by (apply prop_6_potential_amended; auto; lia).
  specialize (H 2%nat f ltac:(lia) K 0%nat 1%nat ltac:(lia) ltac:(lia)).
  pose proof (one_lower 2 f ltac:(lia) K 0%nat ltac:(lia)). lra.
Qed.

(** * Counting points on the right side of a threshold T: P wants values above T, Q below *)

Definition is_right (b : bool) := if b then 1%nat else 0%nat.
Fixpoint count (n : nat) (p : nat -> bool) : nat := match n with O => 0 | S k => (count k p + is_right (p k))%nat end.
(** A value equal to T counts as right on both sides: the bound holds whichever label sign 0 is. *)
Definition above (f : line -> R) (T : R) (i : nat) : bool := if Rle_dec T (f (atom_p i)) then true else false.
Definition below (f : line -> R) (T : R) (i : nat) : bool := if Rle_dec (f (atom_q i)) T then true else false.
Definition correct (n : nat) (f : line -> R) (T : R) : nat := (count n (above f T) + count n (below f T))%nat.
Definition undecided (n : nat) (f : line -> R) (T : R) := exists i, (i < n)%nat /\ (f (atom_p i) = T \/ f (atom_q i) = T).

Lemma is_right_le b : (is_right b <= 1)%nat. Proof. destruct b; simpl; lia. Qed.

Lemma count_first n p : count (S n) p = (is_right (p 0%nat) + count n (fun i => p (S i)))%nat.
Proof. induction n; [simpl; lia|]. simpl count in *. rewrite IHn. simpl. lia. Qed.

Lemma count_apart n p q : (forall i, (i < n)%nat -> p i = true -> q i = true -> False) -> (count n p + count n q <= n)%nat.
Proof.
  induction n; intros H; [simpl; lia|]. simpl. pose proof (IHn (fun i I => H i (Nat.lt_lt_succ_r _ _ I))) as K. pose proof (H n (Nat.lt_succ_diag_r n)) as K'.
  destruct (p n), (q n); simpl; try lia; exfalso; auto.
Qed.

Lemma count_all n p : (forall i, (i < n)%nat -> p i = true) -> count n p = n.
Proof. induction n; intros H; [reflexivity|]. simpl. rewrite IHn, H by auto. simpl. lia. Qed.

Lemma above_true f T i : T <= f (atom_p i) -> above f T i = true.
Proof. intros H. unfold above. destruct Rle_dec; [reflexivity|contradiction]. Qed.

Lemma below_true f T i : f (atom_q i) <= T -> below f T i = true.
Proof. intros H. unfold below. destruct Rle_dec; [reflexivity|contradiction]. Qed.

(** An atom of Q and the atom of P two pairs further right cannot both be right. *)
Lemma correct_bound n f T : (0 < n)%nat -> minimises kr (figure_4 n) 1 f -> (correct n f T <= n + 2)%nat.
Proof.
  intros P best. unfold correct. destruct n as [|[|n]]; [lia| |].
  - simpl. pose proof (is_right_le (above f T 0)). pose proof (is_right_le (below f T 0)). lia.
  - pose proof (later_lower (S (S n)) f ltac:(lia) best) as low.
    apply prop_6_potential_amended in best; [|lia]. destruct best as [H E].
    rewrite (count_first (S n) (above f T)), (count_first n). simpl (count (S (S n)) (below f T)).
    assert (A : (count n (fun i => above f T (S (S i))) + count n (below f T) <= n)%nat).
    { apply count_apart. intros i I. unfold above, below. destruct Rle_dec as [U|]; [|discriminate].
      destruct Rle_dec as [D|]; [|discriminate]. intros _ _. destruct (low (S i) 1%nat ltac:(lia)) as [K _].
      replace (S i + 1)%nat with (S (S i)) in K by lia. simpl INR in K. pose proof (next_step f i H). lra. }
    pose proof (is_right_le (above f T 0)). pose proof (is_right_le (above f T 1)).
    pose proof (is_right_le (below f T n)). pose proof (is_right_le (below f T (S n))). lia.
Qed.

Lemma reached n : (2 <= n)%nat -> exists f T, minimises kr (figure_4 n) 1 f /\ correct n f T = (n + 2)%nat /\ ~ undecided n f T.
Proof.
  intros P. set (f := fun t : R => - t).
  destruct (prop_6_free n ltac:(lia)) as [_ free]. destruct (free 1 ltac:(rewrite Rabs_R1; lra)) as [g [best up]].
  exists g, (g (atom_q 0) + 1 / 2). pose proof (later_lower n g ltac:(lia) best) as low. split; [exact best|].
  assert (E := proj2 (proj1 (prop_6_potential_amended n g ltac:(lia)) best)).
  assert (E0 := E 0%nat ltac:(lia)).
  assert (E1 : g (atom_p 1) = g (atom_q 0) + 1).
  { specialize (up 1%nat ltac:(lia) ltac:(lia)). unfold atom_p, atom_q in *. simpl in *.
    replace (4 * 1 - 1) with (4 * 0 + 3) in up by ring. lra. }
  assert (Q : forall i, (i < n)%nat -> g (atom_q i) <= g (atom_q 0)).
  { intros i I. pose proof (low 0%nat i I) as [_ K]. simpl (0 + i)%nat in K. pose proof (pos_INR i). lra. }
  split.
  - apply Nat.le_antisymm; [apply correct_bound; [lia|exact best]|]. unfold correct.
    rewrite (count_all n (below g _)) by (intros i I; apply below_true; specialize (Q i I); lra).
    destruct n as [|[|n]]; [lia|lia|]. rewrite (count_first (S n)), (count_first n), !above_true by lra. simpl. lia.
  - intros [i [I [K|K]]].
    + destruct i as [|[|i]]; [lra|lra|]. destruct (low 1%nat (S i) ltac:(lia)) as [L _].
      replace (1 + S i)%nat with (S (S i)) in L by lia. rewrite S_INR in L. pose proof (pos_INR i). lra.
    + specialize (Q i I). lra.
Qed.

Theorem prop_6_count_amended : forall (n : nat), (0 < n)%nat ->
  (forall f T, minimises kr (figure_4 n) 1 f -> (correct n f T <= n + 2)%nat) /\
  ((2 <= n)%nat -> exists f T, minimises kr (figure_4 n) 1 f /\ correct n f T = (n + 2)%nat /\ ~ undecided n f T) /\
  (forall f, minimises kr (figure_4 n) 1 f -> exists T, (n + 1 <= correct n f T)%nat /\ ~ undecided n f T).
Proof.
  intros n P. split; [intros; apply correct_bound; assumption|]. split; [apply reached|].
  intros f best. exists (f (atom_p 0) - 1). pose proof (later_lower n f P best) as low.
  assert (E := proj2 (proj1 (prop_6_potential_amended n f P) best) 0%nat P).
  split.
  2:{ intros [i [I [K|K]]]; destruct (low 0%nat i I) as [L L']; simpl (0 + i)%nat in *; pose proof (pos_INR i).
      - destruct i; [lra|]. rewrite S_INR in L. pose proof (pos_INR i). lra.
      - lra. }
  unfold correct. rewrite (count_all n (below f _)).
  - destruct n; [lia|]. rewrite count_first, above_true by lra. simpl. lia.
  - intros i I. apply below_true. destruct (low 0%nat i I) as [_ K]. simpl (0 + i)%nat in K. pose proof (pos_INR i). lra.
Qed.

(** "At most n + 1" is false from n = 2 on; so is 52.5 % for n = 20. *)
Theorem prop_6_count : ~ forall (n : nat) (f : line -> R) (T : R), (0 < n)%nat -> minimises kr (figure_4 n) 1 f ->
  (correct n f T <= n + 1)%nat \/ undecided n f T.
Proof.
  intros H. destruct (reached 2 ltac:(lia)) as [f [T [best [C D]]]].
  destruct (H 2%nat f T ltac:(lia) best) as [K|K]; [lia|contradiction].
Qed.

Theorem fig_4 : ~ forall (f : line -> R) (T : R), minimises kr (figure_4 20) 1 f ->
  INR (correct 20 f T) / 40 <= 525 / 1000 \/ undecided 20 f T.
Proof.
  intros H. destruct (reached 20 ltac:(lia)) as [f [T [best [C D]]]].
  destruct (H f T best) as [K|K]; [|contradiction]. rewrite C in K. simpl in K. lra.
Qed.

Theorem fig_4_amended :
  (forall f T, minimises kr (figure_4 20) 1 f -> INR (correct 20 f T) / 40 <= 55 / 100) /\
  (exists f T, minimises kr (figure_4 20) 1 f /\ INR (correct 20 f T) / 40 = 55 / 100 /\ ~ undecided 20 f T) /\
  (forall f, minimises kr (figure_4 20) 1 f -> exists T, 525 / 1000 <= INR (correct 20 f T) / 40 /\ ~ undecided 20 f T).
Proof.
  destruct (prop_6_count_amended 20 ltac:(lia)) as [A [B C]]. split; [|split].
  - intros f T best. specialize (A f T best). revert A. generalize (correct 20 f T). intros c A. apply le_INR in A. simpl in A. lra.
  - destruct (B ltac:(lia)) as [f [T [best [E D]]]]. exists f, T. split; [exact best|]. rewrite E. split; [simpl; lra|exact D].
  - intros f best. destruct (C f best) as [T [E D]]. exists T. split; [|exact D]. revert E. generalize (correct 20 f T). intros c E. apply le_INR in E. simpl in E. lra.
Qed.

(** The error of sign f - T, at best. *)
Definition least_error (n : nat) (f : line -> R) (T : R) := 1 - INR (correct n f T) / (2 * INR n).

Lemma error_bound n f T : (0 < n)%nat -> minimises kr (figure_4 n) 1 f -> 1 / 2 - 1 / INR n <= least_error n f T.
Proof.
  intros P best. pose proof (correct_bound n f T P best) as C. apply le_INR in C. rewrite plus_INR in C. simpl (INR 2) in C.
  pose proof (lt_0_INR n P). unfold least_error. apply Rmult_le_reg_r with (2 * INR n); [lra|].
  replace ((1 - INR (correct n f T) / (2 * INR n)) * (2 * INR n)) with (2 * INR n - INR (correct n f T)) by (field; lra).
  replace ((1 / 2 - 1 / INR n) * (2 * INR n)) with (INR n - 2) by (field; lra). lra.
Qed.

Theorem prop_6_choice_amended : forall (e : R) (n : nat), 0 < e -> INR n - 1 <= 1 / e < INR n ->
  forall f T, minimises kr (figure_4 n) 1 f -> 1 / 2 - 1 / INR n <= least_error n f T /\ 1 / 2 - e < 1 / 2 - 1 / INR n.
Proof.
  intros e n P [_ H] f T best.
  assert (Q : 0 < 1 / e) by (apply Rdiv_lt_0_compat; lra).
  assert (N : (0 < n)%nat) by (apply INR_lt; simpl; lra). split; [apply error_bound; assumption|].
  assert (1 / INR n < e); [|lra]. replace e with (/ (1 / e)) by (field; lra). unfold Rdiv at 1. rewrite Rmult_1_l.
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; lra|exact H].
Qed.

Theorem prop_6 : forall e, 0 < e -> exists n, (0 < n)%nat /\ (forall i j, atom_p i <> atom_q j) /\
  (exists f, minimises kr (figure_4 n) 1 f) /\
  forall f T, minimises kr (figure_4 n) 1 f -> 1 / 2 - e < least_error n f T.
Proof.
  intros e P. assert (Q : 0 < 1 / e) by (apply Rdiv_lt_0_compat; lra).
  destruct (archimed (1 / e)) as [U L]. set (k := up (1 / e)) in *.
  assert (K : (0 <= k)%Z) by (apply le_IZR; lra). exists (Z.to_nat k).
  assert (N : INR (Z.to_nat k) = IZR k) by (rewrite INR_IZR_INZ, Z2Nat.id; auto).
  assert (N' : (0 < Z.to_nat k)%nat) by (apply INR_lt; rewrite N; simpl; lra).
  split; [exact N'|]. split; [|split].
  - intros i j E. unfold atom_p, atom_q in E. rewrite !INR_IZR_INZ in E.
    rewrite <- !mult_IZR, <- plus_IZR in E. apply eq_IZR in E. lia.
  - destruct fall as [f [F E]]. exists f. apply prop_6_potential_amended; auto.
  - intros f T best. destruct (prop_6_choice_amended e (Z.to_nat k) P ltac:(rewrite N; lra) f T best). lra.
Qed.

(** n = ceil (1 / (2 e)) is not enough: e = 1/8, n = 4, and an error of 1/4. *)
Theorem prop_6_choice : ~ forall (e : R) (n : nat), 0 < e -> 1 / (2 * e) <= INR n < 1 / (2 * e) + 1 ->
  forall f T, minimises kr (figure_4 n) 1 f -> undecided n f T \/ 1 / 2 - e < least_error n f T.
Proof.
  intros H. destruct (reached 4 ltac:(lia)) as [f [T [best [C D]]]].
  destruct (H (1 / 8) 4%nat ltac:(lra) ltac:(simpl; lra) f T best) as [K|K]; [contradiction|].
  unfold least_error in K. rewrite C in K. simpl in K. lra.
Qed.

(** Equation 6: for balanced classes the least loss is at least minus half the cost of any plan with unit masses. *)
Theorem eq_6 : ~ forall (S : sample line) (f : line -> R) (gamma : nat -> nat -> R), weighted S -> mass_pos S = 1 / 2 -> mass_neg S = 1 / 2 ->
  minimises kr S 1 f -> (forall i j, 0 <= gamma i j) ->
  (forall i, (i < many S)%nat -> sent (others S) gamma i = 2 * w S i) ->
  (forall j, (j < others S)%nat -> received (many S) gamma j = 2 * v S j) ->
  (forall other, (forall i j, 0 <= other i j) -> (forall i, (i < many S)%nat -> sent (others S) other i = 2 * w S i) ->
    (forall j, (j < others S)%nat -> received (many S) other j = 2 * v S j) -> cost S gamma <= cost S other) ->
  risk kr S f = cost S gamma.
Proof.
  intros H. set (S := Sample line 1 (fun _ => 1) (fun _ => 1 / 2) 1 (fun _ => -1) (fun _ => 1 / 2)).
  specialize (H S (fun t => t) (fun _ _ => 1)). unfold mass_pos, mass_neg, sent, received, cost, risk, kr in H. simpl in H.
  rewrite Rabs_right in H by lra. assert (K : 0 + 1 / 2 * - (1) + (0 + 1 / 2 * - - (-1)) = 0 + (0 + 1 * (1 - -1))); [|lra]. apply H; try lra.
  - split; simpl; intros; lra.
  - split; [intros a b; rewrite Rmult_1_l; apply Rle_refl|]. intros g G. unfold risk, kr; simpl.
    pose proof (proj1 (lipschitz_le 1 g) G 1 (-1)) as K. simpl in K. rewrite Rabs_right in K; lra.
  - intros. lra.
  - intros. lra.
  - intros. lra.
  - intros o O A B. specialize (A 0%nat ltac:(lia)). rewrite Rplus_0_l in *. specialize (B 0%nat ltac:(lia)). lra.
Qed.

(** An optimal plan with a potential that is tight on it gives the amended equation. *)
Theorem eq_6_amended : forall (M : metric) (S : sample M) (gamma : nat -> nat -> R) (f : M -> R),
  (forall i j, 0 <= gamma i j) -> (forall i, (i < many S)%nat -> sent (others S) gamma i = 2 * w S i) ->
  (forall j, (j < others S)%nat -> received (many S) gamma j = 2 * v S j) -> lipschitz 1 f ->
  - (1 / 2) * cost S gamma <= risk kr S f.
Proof.
  intros M S gamma f P A B H. pose proof (dual_kr M S 1 (fun i j => 1 / 2 * gamma i j) f) as D.
  eapply Rle_trans; [|apply D].
  - right. unfold cost. rewrite (sum_ext (many S) (fun i => sum (others S) (fun j => 1 / 2 * gamma i j * _))
      (fun i => 1 / 2 * sum (others S) (fun j => gamma i j * dist (x S i) (z S j)))), sum_scale; [ring|].
    intros i _. rewrite <- sum_scale. apply sum_ext. intros. ring.
  - intros i j. specialize (P i j). lra.
  - exact H.
  - intros i I. unfold sent in *. rewrite sum_scale, A by exact I. field.
  - intros j J. unfold received in *. rewrite sum_scale, B by exact J. field.
Qed.

Theorem eq_6_minimum : ~ forall (S : sample line), weighted S -> mass_pos S + mass_neg S = 1 -> exists low, forall f, lipschitz 1 f -> low <= risk kr S f.
Proof.
  intros H. destruct (H (Sample line 1 (fun _ => 0) (fun _ => 1) 0 (fun _ => 0) (fun _ => 0))) as [low K].
  - split; simpl; intros; [lra|lia].
  - unfold mass_pos, mass_neg; simpl. lra.
  - specialize (K (fun _ => 1 - low)). unfold risk, kr in K. simpl in K.
    assert (low <= 0 + 1 * - (1 - low) + 0); [|lra]. apply K. intros a b. rewrite Rminus_diag_eq, Rabs_R0, Rmult_1_l by reflexivity. apply (dist_nonneg line).
Qed.

Lemma constant_lipschitz (M : metric) c : lipschitz (M := M) 1 (fun _ => c).
Proof. intros a b. rewrite Rminus_diag_eq, Rabs_R0, Rmult_1_l by reflexivity. apply dist_nonneg. Qed.

Lemma bounded (M : metric) n (p : nat -> M) c : exists D, 0 <= D /\ forall i, (i < n)%nat -> dist (p i) c <= D.
Proof.
  induction n as [|n [D [P H]]]; [exists 0; split; [lra|intros; lia]|]. exists (Rmax D (dist (p n) c)).
  pose proof (Rmax_l D (dist (p n) c)). pose proof (Rmax_r D (dist (p n) c)). split; [lra|]. intros i I.
  destruct (Nat.eq_dec i n) as [->|]; [assumption|]. apply Rle_trans with D; [apply H; lia|assumption].
Qed.

(** Bounded below exactly for balanced classes. *)
Theorem eq_6_minimum_amended : forall (M : metric) (S : sample M), weighted S ->
  (exists low, forall f, lipschitz 1 f -> low <= risk kr S f) <-> mass_pos S = mass_neg S.
Proof.
  intros M S W.
  assert (E : forall f c, risk kr S (fun u => f u + c) = risk kr S f + c * (mass_neg S - mass_pos S)).
  { intros f c. unfold risk, kr, mass_pos, mass_neg.
    rewrite (sum_ext (many S) _ (fun i => w S i * - f (x S i) - c * w S i)), sum_minus, sum_scale by (intros; ring).
    rewrite (sum_ext (others S) _ (fun j => v S j * - - f (z S j) + c * v S j)), sum_plus, sum_scale by (intros; ring). ring. }
  split.
  - intros [low H]. apply cond_eq. intros e P. apply Rnot_le_lt. intros far.
    set (d := mass_pos S - mass_neg S) in *. assert (N : d <> 0) by (intros Z; rewrite Z, Rabs_R0 in far; lra).
    pose proof (H (fun _ => 0 + (risk kr S (fun _ => 0) - low + 1) / d) (constant_lipschitz M _)) as K.
    rewrite (E (fun _ => 0)) in K. replace (mass_neg S - mass_pos S) with (- d) in K by (unfold d; ring).
    replace ((risk kr S (fun _ => 0) - low + 1) / d * - d) with (- (risk kr S (fun _ => 0) - low + 1)) in K by (field; exact N). lra.
  - intros balanced. destruct (bounded M (many S) (x S) (x S 0)) as [D1 [P1 N1]], (bounded M (others S) (z S) (x S 0)) as [D2 [P2 N2]].
    set (D := D1 + D2). exists (- (mass_pos S * D) - mass_neg S * D). intros f H. set (c := f (x S 0)).
    replace (risk kr S f) with (risk kr S (fun u => f u + - c)) by (rewrite E, balanced; ring).
    assert (U : forall u, dist u (x S 0) <= D -> - D <= f u + - c <= D).
    { intros u near. pose proof (H u (x S 0)) as K. rewrite Rmult_1_l in K. pose proof (Rle_trans _ _ _ K near) as K'. apply Rabs_le_between in K'. unfold c. lra. }
    assert (near : forall i, (i < many S)%nat -> dist (x S i) (x S 0) <= D) by (intros i I; specialize (N1 i I); unfold D; lra).
    assert (near' : forall j, (j < others S)%nat -> dist (z S j) (x S 0) <= D) by (intros j J; specialize (N2 j J); unfold D; lra).
    unfold risk, kr. apply Rle_trans with (sum (many S) (fun i => - D * w S i) + sum (others S) (fun j => - D * v S j)).
    + rewrite !sum_scale. unfold mass_pos, mass_neg. lra.
    + destruct W as [Wp Wn]. apply Rplus_le_compat; apply sum_le; intros k K.
      * specialize (Wp k K). specialize (U (x S k) (near k K)). nra.
      * specialize (Wn k K). specialize (U (z S k) (near' k K)). nra.
Qed.

Lemma test_figure_4 : atom_p 1 = 4 /\ atom_q 0 = 3.
Proof. unfold atom_p, atom_q; simpl. lra. Qed.

Lemma test_correct : correct 1 (fun t => - t) (-1) = 2%nat.
Proof.
  unfold correct, above, below, atom_p, atom_q; simpl. repeat destruct Rle_dec; simpl; try reflexivity; lra.
Qed.

(** A value equal to the threshold is right on both sides, and undecided. *)
Lemma test_undecided : undecided 1 (fun t => - t) (-3) /\ ~ undecided 1 (fun t => - t) (-4) /\ correct 1 (fun t => - t) (-3) = 2%nat /\
  correct 1 (fun t => t) 1 = 0%nat /\ least_error 1 (fun t => t) (-1) = 1 / 2.
Proof.
  unfold undecided, least_error, correct, above, below, atom_p, atom_q. split; [|split; [|split; [|split]]].
  - exists 0%nat. split; [lia|]. simpl. lra.
  - intros [i [I K]]. replace i with 0%nat in K by lia. simpl in K. lra.
  - simpl. repeat destruct Rle_dec; simpl; try reflexivity; lra.
  - simpl. repeat destruct Rle_dec; simpl; try reflexivity; lra.
  - simpl. repeat destruct Rle_dec; simpl; lra.
Qed.

Lemma test_classes : mass_pos (figure_4 5) = 1 / 2 /\ mass_neg (figure_4 5) = 1 / 2.
Proof. unfold mass_pos, mass_neg; simpl. lra. Qed.
