(** Lemma 1: the VC dimension of classifiers that are affine on convex pieces, and networks with other activations. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon.
From ManyFaces Require Import Spaces Counting Hyperplanes Pieces Halfspaces Separation Growth Assignments.
Import ListNotations.
Open Scope R_scope.

(** * C(N, n) <= (e N / (n + 1))^(n + 1), in logarithms *)

Lemma sum_first n (f : nat -> R) : sum (S n) f = f 0%nat + sum n (fun i => f (S i)).
Proof. induction n; [simpl; ring|]. change (sum (S (S n)) f) with (sum (S n) f + f (S n)). rewrite IHn. simpl. ring. Qed.

Lemma binomial_part N x : 0 <= x -> forall m, sum m (fun k => INR (choose N k) * x ^ k) <= (1 + x) ^ N.
Proof.
  intros P. induction N; intros m.
  - destruct m; [simpl; lra|]. rewrite sum_first. rewrite (sum_ext m _ (fun _ => 0)); [rewrite sum_zero; simpl; lra|].
    intros i _. simpl. ring.
  - destruct m; [simpl; apply Rmult_le_pos; [lra|apply pow_le; lra]|]. rewrite sum_first.
    rewrite (sum_ext m _ (fun k => x * (INR (choose N k) * x ^ k) + INR (choose N (S k)) * x ^ S k)).
    2: { intros k _. change (choose (S N) (S k)) with (choose N k + choose N (S k))%nat. rewrite plus_INR. simpl. ring. }
    rewrite sum_plus, sum_scale. pose proof (IHN (S m)) as A. rewrite sum_first in A. pose proof (IHN m) as B.
    rewrite choose_0 in *. apply Rmult_le_compat_l with (r := x) in B; [|exact P].
    change ((1 + x) ^ S N) with ((1 + x) * (1 + x) ^ N). lra.
Qed.

Lemma INR_total n f : INR (total n f) = sum n (fun k => INR (f k)).
Proof. induction n; simpl; [reflexivity|]. rewrite plus_INR, IHn. reflexivity. Qed.

Lemma exp_power x N : 0 <= x -> (1 + x) ^ N <= exp (INR N * x).
Proof.
  intros P. induction N; [simpl; rewrite Rmult_0_l, exp_0; lra|]. rewrite S_INR, Rmult_plus_distr_r, Rmult_1_l, exp_plus. simpl.
  rewrite Rmult_comm. apply Rmult_le_compat; auto; [apply pow_le; lra|lra|]. destruct P as [P|<-]; [left; apply exp_ineq1; lra|rewrite exp_0; lra].
Qed.

Lemma subsets_exp N d : (0 < d)%nat -> (d <= N)%nat -> INR (total (S d) (choose N)) * (INR d / INR N) ^ d <= exp (INR d).
Proof.
  intros P L. assert (0 < INR N) by (apply lt_0_INR; lia). assert (0 < INR d) by (apply lt_0_INR; lia).
  pose proof (le_INR _ _ L). set (x := INR d / INR N). assert (X : 0 < x) by (apply Rdiv_lt_0_compat; lra).
  assert (x <= 1) by (unfold x; apply Rmult_le_reg_r with (INR N); [lra|]; field_simplify; lra).
  apply Rle_trans with (sum (S d) (fun k => INR (choose N k) * x ^ k)).
  - rewrite INR_total, Rmult_comm, <- sum_scale. apply sum_le. intros k K. rewrite Rmult_comm. apply Rmult_le_compat_l; [apply pos_INR|].
    assert (Y : x ^ (d - k) <= 1) by (rewrite <- (pow1 (d - k)); apply pow_incr; lra). pose proof (pow_le x k ltac:(lra)).
    replace d with (k + (d - k))%nat by lia. rewrite pow_add. nra.
  - apply Rle_trans with (1 := binomial_part N x ltac:(lra) (S d)). apply Rle_trans with (1 := exp_power x N ltac:(lra)).
    right. f_equal. unfold x. field. lra.
Qed.

Lemma cover_subsets N n : (1 <= N)%nat -> (cover N n <= total (S (S n)) (choose N))%nat.
Proof.
  intros P. destruct N as [|N]; [lia|]. rewrite pascal. unfold cover. replace (S N - 1)%nat with N by lia.
  change (total (S (S n)) (choose N)) with (total (S n) (choose N) + choose N (S n))%nat. lia.
Qed.

Lemma ln_le x y : 0 < x -> x <= y -> ln x <= ln y.
Proof. intros P [L| ->]; [left; apply ln_increasing; assumption|lra]. Qed.

Lemma cover_log N n : (n + 1 <= N)%nat -> ln (INR (cover N n)) <= INR (n + 1) * (1 + ln (INR N / INR (n + 1))).
Proof.
  intros L. assert (0 < INR N) by (apply lt_0_INR; lia). assert (0 < INR (n + 1)) by (apply lt_0_INR; lia).
  assert (Q : 0 < INR (n + 1) / INR N) by (apply Rdiv_lt_0_compat; lra).
  assert (C' : 0 < INR (cover N n)) by (apply lt_0_INR, cover_some).
  pose proof (subsets_exp N (n + 1) ltac:(lia) L) as E. pose proof (le_INR _ _ (cover_subsets N n ltac:(lia))) as S.
  replace (n + 1)%nat with (Datatypes.S n) in E at 1 by lia.
  assert (W : INR (cover N n) * (INR (n + 1) / INR N) ^ (n + 1) <= exp (INR (n + 1))).
  { apply Rle_trans with (2 := E). apply Rmult_le_compat_r; [apply pow_le; lra|exact S]. }
  apply ln_le in W; [|apply Rmult_lt_0_compat; [exact C'|apply pow_lt, Q]].
  rewrite ln_exp, ln_mult, ln_pow in W by (try apply pow_lt; assumption).
  replace (INR N / INR (n + 1)) with (/ (INR (n + 1) / INR N)) by (field; lra). rewrite ln_Rinv by exact Q. lra.
Qed.

(** * z log 2 <= 1 + log(K z) only for z <= 2 log_2 (4 K) *)

Lemma ln_tangent z w : 0 < z -> 0 < w -> ln z <= ln w + z / w - 1.
Proof.
  intros P Q. assert (R : 0 < z / w) by (apply Rdiv_lt_0_compat; assumption).
  replace z with (w * (z / w)) at 1 by (field; lra). rewrite ln_mult by assumption.
  pose proof (exp_ineq1_le (ln (z / w))) as E. rewrite exp_ln in E by assumption. lra.
Qed.

Lemma ln_2_half : 1 / 2 < ln 2.
Proof.
  apply exp_lt_inv. rewrite exp_ln by lra. pose proof exp_le_3 as E. replace 1 with (1 / 2 + 1 / 2) in E by field.
  rewrite exp_plus in E. pose proof (exp_pos (1 / 2)). nra.
Qed.

Lemma log_bound z K : 1 <= K -> 0 < z -> z * ln 2 <= 1 + ln (K * z) -> z <= 2 * ln (4 * K) / ln 2.
Proof.
  intros PK Pz H. pose proof ln_2_half as L. set (l := ln 2) in *. rewrite ln_mult in H by lra.
  set (u := ln (4 * K) / l). assert (E : ln K = u * l - 2 * l).
  { unfold u. replace (ln (4 * K) / l * l) with (ln (4 * K)) by (field; lra).
    replace (4 * K) with (2 * (2 * K)) by ring. rewrite !ln_mult by lra. fold l. ring. }
  assert (0 <= ln K) by (rewrite <- ln_1; apply ln_le; lra). assert (U : 2 <= u) by nra.
  pose proof (ln_tangent z (2 * u) Pz ltac:(lra)) as T. rewrite ln_mult in T by lra. fold l in T.
  pose proof (ln_tangent (u * l) 1 ltac:(nra) ltac:(lra)) as V. rewrite ln_mult, ln_1 in V by lra.
  assert (D : 0 < l + ln l) by (unfold l at 1; rewrite <- ln_mult, <- ln_1 by lra; apply ln_increasing; lra).
  replace (2 * ln (4 * K) / l) with (2 * u) by (unfold u; field; lra). apply Rnot_lt_le. intros N.
  assert (F : z / (2 * u) = 1 + (z - 2 * u) * / (2 * u)) by (field; lra).
  assert (G : / (2 * u) <= / 4) by (apply Rinv_le_contravar; lra). nra.
Qed.

Lemma cover_bound n B N : (1 <= B)%nat -> (2 ^ N <= cover N n ^ (B * (B + 1) / 2))%nat ->
  INR N <= INR ((n + 1) * B * (B + 1)) * (ln (2 * INR B * (INR B + 1)) / ln 2).
Proof.
  intros PB most. set (K := (B * (B + 1) / 2)%nat) in *.
  assert (EK : (2 * K = B * (B + 1))%nat).
  { unfold K. rewrite <- triangle, <- pairs_half. pose proof (pairs_length B) as E. destruct B; [lia|].
    rewrite Nat.sub_succ, Nat.sub_0_r in E. lia. }
  assert (RK : 2 * INR K = INR B * (INR B + 1)) by (rewrite <- S_INR, <- mult_INR, <- (mult_INR 2); f_equal; lia).
  assert (P1 : (1 <= K)%nat) by nia. apply le_INR in P1 as R1. simpl in R1.
  assert (Pd : 1 <= INR (n + 1)) by (apply (le_INR 1); lia). pose proof ln_2_half as L2.
  replace (INR ((n + 1) * B * (B + 1))) with (INR (n + 1) * (2 * INR K)).
  2: { rewrite <- (mult_INR 2), <- mult_INR. f_equal. lia. }
  replace (2 * INR B * (INR B + 1)) with (4 * INR K) by lra.
  assert (L4 : 2 * ln 2 <= ln (4 * INR K)).
  { replace (2 * ln 2) with (ln (2 * 2)) by (rewrite ln_mult by lra; ring). apply ln_le; lra. }
  assert (U : 2 <= ln (4 * INR K) / ln 2) by (apply Rmult_le_reg_r with (ln 2); [lra|]; field_simplify; lra).
  destruct (le_lt_dec N (n + 1)) as [S|S].
  - apply le_INR in S. assert (INR (n + 1) * 1 <= INR (n + 1) * (2 * INR K)) by (apply Rmult_le_compat_l; lra).
    set (e := INR (n + 1) * (2 * INR K)) in *. nra.
  - assert (PN : 0 < INR N) by (apply lt_0_INR; lia).
    assert (Q : INR N * ln 2 <= INR K * (INR (n + 1) * (1 + ln (INR N / INR (n + 1))))).
    { apply le_INR in most. rewrite !pow_INR in most. apply ln_le in most; [|apply pow_lt; simpl; lra].
      assert (0 < INR (cover N n)) by (apply lt_0_INR, cover_some).
      rewrite !ln_pow in most by (simpl; lra). change (INR 2) with (1 + 1) in most. replace (1 + 1) with 2 in most by ring.
      apply Rle_trans with (1 := most). apply Rmult_le_compat_l; [lra|]. apply cover_log. lia. }
    set (z := INR N / (INR (n + 1) * INR K)). assert (W : 0 < INR (n + 1) * INR K) by nra.
    assert (Pz : 0 < z) by (apply Rdiv_lt_0_compat; assumption).
    assert (Ez : INR N = z * (INR (n + 1) * INR K)) by (unfold z; field; lra).
    assert (Ey : INR N / INR (n + 1) = INR K * z) by (rewrite Ez; field; lra). rewrite Ey, Ez in Q.
    pose proof (log_bound z (INR K) R1 Pz) as G.
    assert (I : z * ln 2 <= 1 + ln (INR K * z)).
    { apply Rmult_le_reg_r with (1 := W). lra. }
    specialize (G I). rewrite Ez. apply Rmult_le_compat_r with (r := INR (n + 1) * INR K) in G; [|lra].
    apply Rle_trans with (1 := G). right. field. lra.
Qed.

(** The last line: there is a greatest N with 2^N <= C(N, n)^(B (B + 1) / 2), and it is at most the bound. *)
Theorem lemma_1_amended : forall (n B : nat) (H : ((nat -> R) -> bool) -> Prop) (points : list (nat -> R)),
  (forall h, H h -> piecewise n B h) -> (1 <= B)%nat -> labelled_freely H points ->
  let bound := INR ((n + 1) * B * (B + 1)) * (ln (2 * INR B * (INR B + 1)) / ln 2) in
  INR (length points) <= bound /\ (2 ^ length points <= cover (length points) n ^ (B * (B + 1) / 2))%nat /\
  forall N, (2 ^ N <= cover N n ^ (B * (B + 1) / 2))%nat -> INR N <= bound.
Proof.
  intros n B H points sub PB [D F].
  assert (most : (2 ^ length points <= cover (length points) n ^ (B * (B + 1) / 2))%nat).
  { rewrite <- labels_length. apply (piecewise_traces n B H points sub); [apply labels_different|].
    intros t I. apply F, labels_in, I. }
  split; [apply cover_bound; assumption|]. split; [exact most|]. intros N. apply cover_bound, PB.
Qed.

(** * Networks with activations that are affine on convex sets *)

Record activation := Activation { breadth : nat; sets : nat; act : (nat -> R) -> nat -> R }.
(** The activation is affine on each of the sets, which are convex and partition R^breadth, of which it is a map. *)
Definition convex_activation (s : activation) :=
  vector_pieces (breadth s) (breadth s) (sets s) (act s) /\
  forall x y, agree (breadth s) x y -> agree (breadth s) (act s x) (act s y).

(** The functions R^n -> R of networks with given activations, affine maps before, between and after them. *)
Inductive computes : nat -> list activation -> ((nat -> R) -> R) -> Prop :=
  | last_layer n a b : computes n [] (affine n a b)
  | one_layer n s more W b rest : computes (breadth s) more rest ->
      computes n (s :: more) (fun x => rest (act s (fun i => affine n (W i) (b i) x))).

Lemma test_activation : convex_activation (Activation 2 2 group_sort).
Proof.
  split; [|intros x y E i I; unfold group_sort; simpl in I; destruct i as [|[|i]]; simpl; rewrite ?(E 0%nat), ?(E 1%nat) by (simpl; lia);
    reflexivity || lia].
  exists (fun x => if Rle_dec (x 0%nat) (x 1%nat) then 0 else 1)%nat. split; [|split].
  - intros x y E. rewrite !E by (simpl; lia). reflexivity.
  - intros x. destruct Rle_dec; simpl; lia.
  - assert (A : forall j : nat, (j < 2)%nat -> forall x, affine 2 (fun k => if Nat.eqb k j then 1 else 0) 0 x = x j).
    { intros [|[|j]] J x; unfold affine; simpl; try lia; ring. }
    intros k. split.
    + intros x y t X Y T. rewrite <- Y in X. rewrite <- Y. unfold segment.
      destruct (Rle_dec (x 0%nat) (x 1%nat)), (Rle_dec (y 0%nat) (y 1%nat)); try discriminate; destruct Rle_dec as [N|N]; try reflexivity.
      * destruct N. apply Rplus_le_compat; apply Rmult_le_compat_l; lra.
      * exfalso. destruct (Rle_lt_dec t (1 / 2)); nra.
    + simpl. intros i I. exists (fun m => if Nat.eqb m (if Nat.eqb k 0 then i else 1 - i) then 1 else 0), 0. intros x <-.
      rewrite A by (destruct Rle_dec; cbv [Nat.eqb]; lia).
      destruct i as [|[|i]]; [| |lia]; unfold group_sort; simpl; destruct Rle_dec; simpl; unfold Rmin, Rmax; destruct Rle_dec; lra.
Qed.

Lemma computes_pieces n acts f : computes n acts f -> (forall s, In s acts -> convex_activation s) ->
  convex_pieces n (product (map sets acts)) f.
Proof.
  intros C. induction C as [n a b|n s more W b rest _ IH]; intros G.
  - exists (fun _ => 0%nat). split; [reflexivity|]. split; [simpl; lia|]. intros k. split; [intros x y t X _ _; exact X|].
    intros i _. exists a, b. reflexivity.
  - destruct (G s (or_introl eq_refl)) as [V E].
    destruct (prop_8_pieces_induction n (breadth s) (sets s) (product (map sets more))
      (fun x => act s (fun i => affine n (W i) (b i) x)) rest) as [M [L [piece [c [small H]]]]].
    + apply (pieces_affine n (breadth s) (breadth s) (sets s) (act s) W b V).
    + apply IH. intros u I. apply G. right. exact I.
    + intros x y A. apply E. intros i _. apply affine_agree, A.
    + exists piece. split; [exact c|]. split; [|exact H]. intros x. apply Nat.lt_le_trans with (1 := small x). exact L.
Qed.

Lemma pieces_piecewise n B f : convex_pieces n B f -> piecewise n B (fun x => side (f x)).
Proof.
  intros [piece [c [small H]]].
  assert (G : forall k, exists ab : (nat -> R) * R, forall x, piece x = k -> f x = affine n (fst ab) (snd ab) x).
  { intros k. destruct (H k) as [_ A]. destruct (A 0%nat ltac:(lia)) as [a [b E]]. exists (a, b). exact E. }
  set (g := fun k => proj1_sig (constructive_indefinite_description _ (G k))). exists piece, (fun k => fst (g k)), (fun k => snd (g k)).
  split; [split; [exact c|split; [exact small|]]; intros k; apply H|]. intros x. f_equal.
  apply (proj2_sig (constructive_indefinite_description _ (G (piece x)))). reflexivity.
Qed.

Theorem sec_5_general : forall (n : nat) (acts : list activation) (H : ((nat -> R) -> bool) -> Prop) (points : list (nat -> R)),
  (forall s, In s acts -> convex_activation s) -> (forall h, H h -> exists f, computes n acts f /\ forall x, h x = side (f x)) ->
  labelled_freely H points -> let B := INR (product (map sets acts)) in
  INR (length points) <= (INR n + 1) * B * (B + 1) * (ln (2 * B * (B + 1)) / ln 2).
Proof.
  intros n acts H points G sub F B. rewrite <- S_INR. unfold B. rewrite <- (S_INR (product _)), <- !mult_INR.
  replace (S n * product (map sets acts) * S (product (map sets acts)))%nat
    with ((n + 1) * product (map sets acts) * (product (map sets acts) + 1))%nat by lia. rewrite S_INR.
  assert (sub' : forall h, H h -> piecewise n (product (map sets acts)) h).
  { intros h Hh. destruct (sub h Hh) as [f [C E]]. destruct (pieces_piecewise _ _ _ (computes_pieces n acts f C G)) as [piece [a [b [P A]]]].
    exists piece, a, b. split; [exact P|]. intros x. rewrite E. apply A. }
  refine (proj1 (lemma_1_amended n (product (map sets acts)) H points sub' _ F)).
  destruct F as [_ F]. destruct (F (repeat true (length points)) (repeat_length _ _)) as [h [Hh _]].
  destruct (sub' h Hh) as [piece [_ [_ [[_ [small _]] _]]]]. specialize (small (fun _ => 0)). lia.
Qed.
