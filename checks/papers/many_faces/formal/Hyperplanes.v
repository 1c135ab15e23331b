(** Signs of affine functions: linear dependence, regions of hyperplanes, points on the sides of a hyperplane. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon FinFun.
From ManyFaces Require Import Spaces Counting.
Import ListNotations.
Open Scope R_scope.

(** * More vectors than coordinates are linearly dependent *)

Definition skip (p i : nat) : nat := if i <? p then i else S i.

Lemma skip_less p i : (i < p)%nat -> skip p i = i.
Proof. intros H. unfold skip. destruct (Nat.ltb_spec i p); lia. Qed.

Lemma skip_more p i : (p <= i)%nat -> skip p i = S i.
Proof. intros H. unfold skip. destruct (Nat.ltb_spec i p); lia. Qed.

Lemma sum_skip m f p : (p <= m)%nat -> sum (S m) f = f p + sum m (fun i => f (skip p i)).
Proof.
  induction m; intros L.
  - replace p with 0%nat by lia. simpl. ring.
  - destruct (Nat.eq_dec p (S m)) as [->|N].
    + change (sum (S (S m)) f) with (sum (S m) f + f (S m)). rewrite Rplus_comm. f_equal. apply sum_ext.
      intros i I. rewrite skip_less by lia. reflexivity.
    + change (sum (S (S m)) f) with (sum (S m) f + f (S m)). rewrite IHm by lia. simpl sum.
      rewrite (skip_more p m) by lia. ring.
Qed.

Lemma dependent n : forall m (v : nat -> nat -> R), (n < m)%nat ->
  exists c : nat -> R, (exists i, (i < m)%nat /\ c i <> 0) /\ forall k, (k < n)%nat -> sum m (fun i => c i * v i k) = 0.
Proof.
  induction n; intros m v L.
  - exists (fun _ => 1). split; [exists 0%nat; split; [lia|lra]|intros k K; lia].
  - destruct (excluded_middle_informative (exists p, (p < m)%nat /\ v p n <> 0)) as [[p [P N]]|none].
    + destruct m as [|m]; [lia|].
      destruct (IHn m (fun i k => v (skip p i) k - v (skip p i) n / v p n * v p k) ltac:(lia)) as [c [[i [I C]] H]].
      set (c' := fun j => if j <? p then c j else c (pred j)).
      set (s := sum m (fun i => c i * (v (skip p i) n / v p n))).
      assert (E : forall i, c' (skip p i) = c i).
      { intros j. unfold c', skip. destruct (Nat.ltb_spec j p).
        - destruct (Nat.ltb_spec j p); [reflexivity|lia].
        - destruct (Nat.ltb_spec (S j) p); [lia|reflexivity].  }
      assert (D : forall j, skip p j <> p) by (intros j; unfold skip; destruct (Nat.ltb_spec j p); lia).
      exists (fun j => if Nat.eqb j p then - s else c' j). split.
      * exists (skip p i). split; [unfold skip; destruct (i <? p); lia|].
        destruct (Nat.eqb_spec (skip p i) p) as [K|K]; [destruct (D i K)|]. rewrite E. exact C.
      * intros k K. rewrite (sum_skip m _ p) by lia. rewrite Nat.eqb_refl.
        rewrite (sum_ext m _ (fun j => c j * (v (skip p j) k - v (skip p j) n / v p n * v p k)
          + v p k * (c j * (v (skip p j) n / v p n)))).
        2: { intros j J. destruct (Nat.eqb_spec (skip p j) p) as [W|W]; [destruct (D j W)|]. rewrite E. field. exact N. }
        rewrite sum_plus, sum_scale. fold s. destruct (Nat.eq_dec k n) as [->|].
        -- rewrite (sum_ext m _ (fun _ => 0)); [rewrite sum_zero; ring|]. intros j _. field. exact N.
        -- rewrite H by lia. ring.
    + destruct (IHn m v ltac:(lia)) as [c [I H]]. exists c. split; [exact I|]. intros k K.
      destruct (Nat.eq_dec k n) as [->|]; [|apply H; lia]. rewrite (sum_ext m _ (fun _ => 0)); [apply sum_zero|].
      intros i J. destruct (Req_dec (v i n) 0) as [->|N]; [ring|]. destruct none. exists i. auto.
Qed.

(** * Regions *)

(** The side on which an affine function of the features y of a point is not negative; its signs at g functions. *)
Definition affine (d : nat) (a : nat -> R) (b : R) (y : nat -> R) := sum d (fun k => a k * y k) + b.
Definition side (t : R) : bool := if Rle_dec 0 t then true else false.
Definition sides (g : nat) (value : nat -> R) : list bool := map (fun i => side (value i)) (seq 0 g).

Lemma test_sides : sides 3 (fun i => INR i - 1) = [false; true; true].
Proof. unfold sides, side. simpl. repeat (destruct Rle_dec; try lra). reflexivity. Qed.

Lemma side_true t : side t = true <-> 0 <= t.
Proof. unfold side. destruct Rle_dec; split; auto; discriminate. Qed.

Lemma side_false t : side t = false <-> t < 0.
Proof. unfold side. destruct Rle_dec; split; intros; lra || auto; discriminate. Qed.

Lemma sides_length g value : length (sides g value) = g.
Proof. unfold sides. rewrite map_length, seq_length. reflexivity. Qed.

Lemma sides_nth g value i : (i < g)%nat -> nth i (sides g value) false = side (value i).
Proof.
  intros I. unfold sides. rewrite nth_indep with (d' := side (value 0%nat)).
  - rewrite (map_nth (fun i => side (value i))), seq_nth by assumption. reflexivity.
  - rewrite map_length, seq_length. assumption.
Qed.

(** A label of each member of a list without repetition, by its place. *)
Lemma labelled (L : list nat) (c : nat -> bool) : NoDup L ->
  exists label : nat -> bool, forall j, (j < length L)%nat -> label (nth j L 0%nat) = c j.
Proof.
  intros D. exists (fun i => truth (exists j, (j < length L)%nat /\ nth j L 0%nat = i /\ c j = true)).
  intros j J. destruct (c j) eqn:E; [apply truth_true; exists j; auto|].
  destruct (truth _) eqn:W; [|reflexivity]. rewrite truth_true in W. destruct W as [k [K [A B]]].
  apply (proj1 (NoDup_nth L 0%nat) D) in A; auto. congruence.
Qed.

(** The signs of g affine functions in d variables: at most as many as there are subsets of at most d of them. *)
Lemma regions {T} (g d : nat) (a : nat -> nat -> R) (b : nat -> R) (y : T -> nat -> R) (P : T -> Prop) :
  at_most (total (S d) (choose g)) (fun s => exists x, P x /\ sides g (fun i => affine d (a i) (b i) (y x)) = s).
Proof.
  apply sauer; [intros s [x [_ <-]]; apply sides_length|].
  intros places D H. apply Nat.nlt_ge. intros L.
  set (m := length places) in *. set (pl := fun j => nth j places 0%nat).
  assert (small : forall j, (j < m)%nat -> (pl j < g)%nat).
  { intros j J. apply Nat.nle_gt. intros K. destruct (H (fun _ => true)) as [s [[x [_ <-]] E]].
    specialize (E (pl j) ltac:(apply nth_In; exact J)). rewrite nth_overflow in E by (rewrite sides_length; exact K). discriminate. }
  destruct (dependent d m (fun j k => a (pl j) k) L) as [c [[i [I N]] Z]].
  assert (const : forall x, sum m (fun j => c j * affine d (a (pl j)) (b (pl j)) (y x)) = sum m (fun j => c j * b (pl j))).
  { intros x. unfold affine. rewrite (sum_ext m _ (fun j => sum d (fun k => y x k * (c j * a (pl j) k)) + c j * b (pl j))).
    2: { intros j _. rewrite Rmult_plus_distr_l, <- sum_scale. f_equal. apply sum_ext. intros. ring. }
    rewrite sum_plus, sum_swap. rewrite (sum_ext d _ (fun _ => 0)); [rewrite sum_zero; ring|].
    intros k K. rewrite sum_scale, Z by assumption. ring. }
  assert (at_label : forall choice : nat -> bool, exists x, forall j, (j < m)%nat ->
    side (affine d (a (pl j)) (b (pl j)) (y x)) = choice j).
  { intros choice. destruct (labelled places choice D) as [label E]. destruct (H label) as [s [[x [_ <-]] V]].
    exists x. intros j J. rewrite <- E by assumption. rewrite <- V by (apply nth_In; exact J). symmetry.
    apply (sides_nth g (fun i => affine d (a i) (b i) (y x))), small, J. }
  destruct (at_label (fun j => truth (0 < c j))) as [x X]. destruct (at_label (fun j => truth (c j < 0))) as [z W].
  pose proof (const x) as A. rewrite <- (const z) in A.
  assert (TX : forall j, (j < m)%nat -> 0 <= c j * affine d (a (pl j)) (b (pl j)) (y x) /\
    (c j < 0 -> 0 < c j * affine d (a (pl j)) (b (pl j)) (y x))).
  { intros j J. specialize (X j J). destruct (truth (0 < c j)) eqn:E.
    - rewrite truth_true in E. apply side_true in X. split; [apply Rmult_le_pos; lra|lra].
    - apply side_false in X. assert (c j <= 0).
      { apply Rnot_lt_le. intros K. apply truth_true in K. congruence. }
      split; [|intros; rewrite <- Rmult_opp_opp; apply Rmult_lt_0_compat; lra].
      rewrite <- Rmult_opp_opp. apply Rmult_le_pos; lra. }
  assert (TZ : forall j, (j < m)%nat -> c j * affine d (a (pl j)) (b (pl j)) (y z) <= 0 /\
    (0 < c j -> c j * affine d (a (pl j)) (b (pl j)) (y z) < 0)).
  { intros j J. specialize (W j J). destruct (truth (c j < 0)) eqn:E.
    - rewrite truth_true in E. apply side_true in W. split; [|lra].
      apply Ropp_le_cancel. rewrite Ropp_0, Ropp_mult_distr_l. apply Rmult_le_pos; lra.
    - apply side_false in W. assert (0 <= c j).
      { apply Rnot_lt_le. intros K. apply truth_true in K. congruence. }
      split; [|intros]; apply Ropp_le_cancel || apply Ropp_lt_cancel; rewrite Ropp_0, Ropp_mult_distr_r;
        [apply Rmult_le_pos|apply Rmult_lt_0_compat]; lra. }
  assert (0 <= sum m (fun j => c j * affine d (a (pl j)) (b (pl j)) (y x))) by (apply sum_nonneg; intros; apply TX; assumption).
  pose proof (sum_nonneg m (fun j => - 1 * (c j * affine d (a (pl j)) (b (pl j)) (y z)))
    ltac:(intros k K; pose proof (proj1 (TZ k K)); lra)) as B.
  destruct (Rtotal_order (c i) 0) as [S|[S|S]]; [|contradiction|].
  - pose proof (sum_term m _ i (fun k K => proj1 (TX k K)) I) as C. simpl in C. pose proof (proj2 (TX i I) S).
    rewrite sum_scale in B. lra.
  - pose proof (sum_term m (fun j => - 1 * (c j * affine d (a (pl j)) (b (pl j)) (y z))) i
      ltac:(intros k K; pose proof (proj1 (TZ k K)); simpl; lra) I) as C.
    simpl in C. pose proof (proj2 (TZ i I) S). rewrite sum_scale in *. lra.
Qed.
