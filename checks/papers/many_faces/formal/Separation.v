(** Lemma 1: affine functions that separate the parts of a finite set in the pieces of a convex partition. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon.
From ManyFaces Require Import Spaces Hyperplanes Pieces Euclid.
Import ListNotations.
Open Scope R_scope.

(** A partition of R^n into B convex sets, some perhaps empty: the number of the set in which a point lies. *)
Definition convex_partition (n B : nat) (piece : (nat -> R) -> nat) :=
  (forall x y, agree n x y -> piece x = piece y) /\ (forall x, (piece x < B)%nat) /\ forall k, convex (fun x => piece x = k).

Lemma test_convex_partition : convex_partition 1 2 (fun x => if Rle_dec 0 (x 0%nat) then 1 else 0)%nat /\
  ~ convex_partition 1 2 (fun x => if Req_EM_T 0 (x 0%nat) then 1 else 0)%nat.
Proof.
  split; [split; [|split]|].
  - intros x y E. rewrite (E 0%nat) by lia. reflexivity.
  - intros x. destruct Rle_dec; lia.
  - intros k x y t X Y T. rewrite <- X. rewrite <- X in Y. unfold segment. destruct (Rle_dec 0 (x 0%nat)), (Rle_dec 0 (y 0%nat)); try discriminate.
    + destruct Rle_dec as [|N]; [reflexivity|]. destruct N. apply Rplus_le_le_0_compat; apply Rmult_le_pos; lra.
    + destruct Rle_dec as [N|]; [|reflexivity]. nra.
  - intros [_ [_ V]]. specialize (V 0%nat (fun _ => -1) (fun _ => 1) (1 / 2)). unfold segment in V. simpl in V.
    repeat destruct Req_EM_T; try lra. specialize (V eq_refl eq_refl ltac:(lra)). discriminate.
Qed.

(** * Vectors are on one side of a hyperplane, or a positive combination of them is 0 *)

Inductive cone (L : list (nat -> R)) : (nat -> R) -> Prop :=
  | cone_in v : In v L -> cone L v
  | cone_plus u v : cone L u -> cone L v -> cone L (fun k => u k + v k)
  | cone_scale t v : 0 < t -> cone L v -> cone L (fun k => t * v k).

Lemma cone_cone L M z : (forall v, In v M -> cone L v) -> cone M z -> cone L z.
Proof. intros H C. induction C; [auto|apply cone_plus; assumption|apply cone_scale; assumption]. Qed.

Lemma bound_above {T} (L : list T) (f : T -> R) : exists r, forall t, In t L -> f t < r.
Proof.
  induction L as [|t L [r H]]; [exists 0; intros t []|]. exists (Rmax r (f t + 1)).
  pose proof (Rmax_l r (f t + 1)). pose proof (Rmax_r r (f t + 1)). intros u [<-|I]; [lra|]. specialize (H u I). lra.
Qed.

(** A number between two finite sets of numbers. *)
Lemma between_lists {T} (L M : list T) (f : T -> R) : (forall s t, In s L -> In t M -> f s < f t) ->
  exists r, (forall s, In s L -> f s < r) /\ forall t, In t M -> r < f t.
Proof.
  revert M. induction L as [|s L IH]; intros M H.
  - destruct (bound_above M (fun t => - f t)) as [r R]. exists (- r). split; [intros s []|]. intros t I. specialize (R t I). lra.
  - destruct (IH M) as [r [A B]]; [intros; apply H; simpl; auto|].
    assert (exists q, f s < q /\ forall t, In t M -> q < f t) as [q [P Q]].
    { assert (G : forall t, In t M -> f s < f t) by (intros; apply H; simpl; auto). clear - G.
      induction M as [|t M IH]; [exists (f s + 1); split; [lra|intros t []]|].
      destruct IH as [q [P Q]]; [intros; apply G; simpl; auto|]. pose proof (G t (or_introl eq_refl)).
      exists (Rmin q ((f s + f t) / 2)). pose proof (Rmin_l q ((f s + f t) / 2)). pose proof (Rmin_r q ((f s + f t) / 2)).
      split; [apply Rmin_glb_lt; lra|]. intros u [<-|I]; [lra|]. specialize (Q u I). lra. }
    exists (Rmax r q). pose proof (Rmax_l r q). pose proof (Rmax_r r q). split.
    + intros u [<-|I]; [lra|]. specialize (A u I). lra.
    + intros t I. apply Rmax_lub_lt; auto.
Qed.

Definition positive (t : R) : bool := if Rlt_dec 0 t then true else false.
Lemma positive_true t : positive t = true <-> 0 < t.
Proof. unfold positive. destruct Rlt_dec; split; auto; discriminate. Qed.

Lemma gordan d : forall L, (exists a, forall v, In v L -> 0 < dot d a v) \/
  exists z, cone L z /\ forall k, (k < d)%nat -> z k = 0.
Proof.
  induction d; intros L.
  - destruct L as [|v L]; [left; exists (fun _ => 0); intros v []|right]. exists v. split; [apply cone_in; left; reflexivity|]. intros; lia.
  - set (up := filter (fun v => positive (v d)) L). set (down := filter (fun v => positive (- v d)) L).
    set (level := filter (fun v => negb (positive (v d)) && negb (positive (- v d)))%bool L).
    assert (U : forall v, In v up <-> In v L /\ 0 < v d) by (intros; unfold up; rewrite filter_In, positive_true; tauto).
    assert (W : forall v, In v down <-> In v L /\ 0 < - v d) by (intros; unfold down; rewrite filter_In, positive_true; tauto).
    assert (Z : forall v, In v level <-> In v L /\ v d = 0).
    { intros v. unfold level. rewrite filter_In. unfold positive. destruct (Rlt_dec 0 (v d)), (Rlt_dec 0 (- v d)); simpl;
        split; intros [I J]; split; auto; try discriminate; lra. }
    set (mixed := map (fun uv : (nat -> R) * (nat -> R) => fun k => - snd uv d * fst uv k + fst uv d * snd uv k) (list_prod up down)).
    destruct (IHd (level ++ mixed)) as [[a A]|[z [C V]]].
    + left. set (f := fun v : nat -> R => - dot d a v / v d).
      assert (G : forall u v, In u up -> In v down -> f u < f v).
      { intros u v I J. apply U in I as K. apply W in J as M. destruct K as [_ K], M as [_ M].
        specialize (A (fun k => - v d * u k + u d * v k)). rewrite dot_plus, !dot_scale in A.
        assert (X : 0 < - v d * dot d a u + u d * dot d a v).
        { apply A, in_or_app. right. apply in_map_iff. exists (u, v). split; [reflexivity|]. apply in_prod; assumption. }
        unfold f. apply Rmult_lt_reg_r with (u d * - v d); [apply Rmult_lt_0_compat; assumption|].
        replace (- dot d a u / u d * (u d * - v d)) with (- (- v d * dot d a u)) by (field; lra).
        replace (- dot d a v / v d * (u d * - v d)) with (u d * dot d a v) by (field; lra). lra. }
      destruct (between_lists up down f G) as [r [Ru Rd]].
      exists (fun k => if Nat.eqb k d then r else a k). intros v I.
      assert (E : dot (S d) (fun k => if Nat.eqb k d then r else a k) v = dot d a v + r * v d).
      { unfold dot. simpl. rewrite Nat.eqb_refl. f_equal. apply sum_ext. intros k K. destruct (Nat.eqb_spec k d); [lia|reflexivity]. }
      rewrite E. destruct (Rtotal_order (v d) 0) as [S|[S|S]].
      * specialize (Rd v ltac:(apply W; split; [assumption|lra])). unfold f in Rd.
        apply Rmult_lt_compat_r with (r := - v d) in Rd; [|lra].
        replace (- dot d a v / v d * - v d) with (dot d a v) in Rd by (field; lra). lra.
      * rewrite S, Rmult_0_r, Rplus_0_r. apply A, in_or_app. left. apply Z. auto.
      * specialize (Ru v ltac:(apply U; auto)). unfold f in Ru. apply Rmult_lt_compat_r with (r := v d) in Ru; [|lra].
        replace (- dot d a v / v d * v d) with (- dot d a v) in Ru by (field; lra). lra.
    + right. exists z. assert (M : forall v, In v (level ++ mixed) -> cone L v /\ v d = 0).
      { intros v I. apply in_app_or in I as [I|I]; [apply Z in I as [I J]; split; [apply cone_in, I|exact J]|].
        apply in_map_iff in I as [[u w] [<- I]]. apply in_prod_iff in I as [I J]. apply U in I as [I P]. apply W in J as [J Q].
        simpl. split; [|ring].
        apply (cone_plus L (fun k => - w d * u k) (fun k => u d * w k)); apply cone_scale; auto; apply cone_in; assumption. }
      split; [apply (cone_cone L (level ++ mixed)); [apply M|exact C]|]. intros k K. destruct (Nat.eq_dec k d) as [->|]; [|apply V; lia].
      clear - C M. induction C as [v I|u v _ IHu _ IHv|t v _ _ IHv]; [apply M, I|rewrite IHu, IHv; ring|rewrite IHv; ring].
Qed.

(** * Separation of finite sets in disjoint convex sets *)

Lemma mix (C : (nat -> R) -> Prop) a b x y : convex C -> 0 <= a -> 0 <= b -> (0 < a -> C x) -> (0 < b -> C y) ->
  exists z, (0 < a + b -> C z) /\ forall k, (a + b) * z k = a * x k + b * y k.
Proof.
  intros V A B X Y. destruct A as [A|<-]; [|exists y; split; [intros; apply Y; lra|intros; ring]].
  destruct B as [B|<-]; [|exists x; split; [auto|intros; ring]].
  exists (segment x y (b / (a + b))). assert (P : 0 < / (a + b)) by (apply Rinv_0_lt_compat; lra). split.
  - intros _. apply V; auto. assert (E : (a + b) * / (a + b) = 1) by (field; lra). unfold Rdiv. split; nra.
  - intros k. unfold segment. field. lra.
Qed.

Lemma separate n (P Q : list (nat -> R)) (C D : (nat -> R) -> Prop) : convex C -> convex D ->
  (forall x, In x P -> C x) -> (forall x, In x Q -> D x) -> (forall x y, agree n x y -> C x -> ~ D y) ->
  exists a b, (forall x, In x P -> 0 < affine n a b x) /\ forall x, In x Q -> affine n a b x < 0.
Proof.
  intros VC VD IP IQ apart.
  set (up := fun (x : nat -> R) k => if Nat.eqb k n then 1 else x k).
  set (down := fun (x : nat -> R) k => if Nat.eqb k n then -1 else - x k).
  destruct (gordan (S n) (map up P ++ map down Q)) as [[a A]|[z [K Z]]].
  - assert (U : forall x, dot (S n) a (up x) = affine n a (a n) x).
    { intros x. unfold dot, affine, up. simpl. rewrite Nat.eqb_refl, Rmult_1_r. f_equal. apply sum_ext. intros k L.
      destruct (Nat.eqb_spec k n); [lia|reflexivity]. }
    assert (W : forall x, dot (S n) a (down x) = - affine n a (a n) x).
    { intros x. rewrite <- U. transitivity (dot (S n) a (fun k => -1 * up x k)); [|rewrite dot_scale; ring].
      apply dot_ext; [reflexivity|]. intros k _. unfold up, down. destruct (Nat.eqb k n); ring. }
    exists a, (a n). split; intros x I.
    + rewrite <- U. apply A, in_or_app. left. apply in_map, I.
    + assert (0 < - affine n a (a n) x); [|lra]. rewrite <- W. apply A, in_or_app. right. apply in_map, I.
  - exfalso. assert (G : exists s t x y, 0 <= s /\ 0 <= t /\ 0 < s + t /\ (0 < s -> C x) /\ (0 < t -> D y) /\
      (forall k, (k < n)%nat -> z k = s * x k - t * y k) /\ z n = s - t).
    { clear Z. induction K as [v I|u v _ [s [t [x [y [S [T [ST [X [Y [E F]]]]]]]]]] _ [s' [t' [x' [y' [S' [T' [ST' [X' [Y' [E' F']]]]]]]]]]|r v R _ [s [t [x [y [S [T [ST [X [Y [E F]]]]]]]]]]].
      - apply in_app_or in I as [I|I]; apply in_map_iff in I as [x [<- I]]; unfold up, down.
        + exists 1, 0, x, x. rewrite Nat.eqb_refl. repeat split; try lra; [intros; auto|].
          intros k L. destruct (Nat.eqb_spec k n); [lia|ring].
        + exists 0, 1, x, x. rewrite Nat.eqb_refl. repeat split; try lra; [intros; auto|].
          intros k L. destruct (Nat.eqb_spec k n); [lia|ring].
      - destruct (mix C s s' x x' VC S S' X X') as [p [P1 P2]]. destruct (mix D t t' y y' VD T T' Y Y') as [q [Q1 Q2]].
        exists (s + s'), (t + t'), p, q. repeat split; try lra; auto.
        intros k L. rewrite P2, Q2, E, E' by assumption. ring.
      - exists (r * s), (r * t), x, y. repeat split; try nra.
        + intros L. apply X. nra.
        + intros L. apply Y. nra.
        + intros k L. rewrite E by assumption. ring. }
    destruct G as [s [t [x [y [S [T [ST [X [Y [E F]]]]]]]]]]. rewrite Z in F by lia.
    apply (apart x y); [|apply X; lra|apply Y; lra]. intros k L. specialize (E k L). rewrite Z in E by lia.
    assert (s = t) by lra. subst. apply Rmult_eq_reg_l with t; lra.
Qed.

(** ... and without zeros at other points. *)
Lemma separate_strictly n (S : list (nat -> R)) (C D : (nat -> R) -> Prop) : convex C -> convex D ->
  (forall x y, agree n x y -> C x -> ~ D y) -> exists ab : (nat -> R) * R, (forall x, In x S -> C x -> 0 < affine n (fst ab) (snd ab) x) /\
  (forall x, In x S -> D x -> affine n (fst ab) (snd ab) x < 0) /\ forall x, In x S -> affine n (fst ab) (snd ab) x <> 0.
Proof.
  intros VC VD apart.
  set (inside := fun (C : (nat -> R) -> Prop) => filter (fun x => if excluded_middle_informative (C x) then true else false) S).
  assert (M : forall C x, In x (inside C) <-> In x S /\ C x).
  { intros C' x. unfold inside. rewrite filter_In. destruct excluded_middle_informative; split; intros [I J]; split; auto; discriminate. }
  destruct (separate n (inside C) (inside D) C D VC VD) as [a [b [A B]]]; auto; try (intros x I; apply M in I; apply I).
  assert (exists e, 0 < e /\ forall x, In x S -> affine n a b x < 0 -> affine n a b x + e < 0) as [e [P E]].
  { clear. induction S as [|y S [e [P E]]]; [exists 1; split; [lra|intros x []]|].
    destruct (Rlt_dec (affine n a b y) 0) as [N|N].
    - exists (Rmin e (- affine n a b y / 2)). pose proof (Rmin_l e (- affine n a b y / 2)). pose proof (Rmin_r e (- affine n a b y / 2)).
      split; [apply Rmin_glb_lt; lra|]. intros x [<-|I] K; [lra|]. specialize (E x I K). lra.
    - exists e. split; [exact P|]. intros x [<-|I] K; [contradiction|auto]. }
  exists (a, b + e). assert (F : forall x, affine n a (b + e) x = affine n a b x + e) by (intros; unfold affine; ring).
  simpl. split; [|split]; intros x I; [intros K|intros K|]; rewrite F.
  - specialize (A x ltac:(apply M; auto)). lra.
  - apply E; [exact I|]. apply B, M. auto.
  - destruct (Rlt_dec (affine n a b x) 0) as [L|L]; [specialize (E x I L)|]; lra.
Qed.

Theorem lemma_1_inequalities_amended : forall (n B : nat) (piece : (nat -> R) -> nat) (S : list (nat -> R)),
  convex_partition n B piece -> exists (a : nat -> nat -> nat -> R) (b : nat -> nat -> R),
  let h i j x := affine n (a i j) (b i j) x in
  (forall i j x, i <> j -> h i j x = - h j i x) /\ (forall i j x, i <> j -> In x S -> h i j x <> 0) /\
  forall i x, (i < B)%nat -> In x S -> piece x = i <-> forall j, (j < B)%nat -> j <> i -> 0 < h i j x.
Proof.
  intros n B piece S [cylinder [small V]].
  assert (G : forall i j, exists ab : (nat -> R) * R, i <> j -> (forall x, In x S -> piece x = i -> 0 < affine n (fst ab) (snd ab) x) /\
    (forall x, In x S -> piece x = j -> affine n (fst ab) (snd ab) x < 0) /\ forall x, In x S -> affine n (fst ab) (snd ab) x <> 0).
  { intros i j. destruct (Nat.eq_dec i j) as [->|N]; [exists (fun _ => 0, 0); contradiction|].
    destruct (separate_strictly n S (fun x => piece x = i) (fun x => piece x = j) (V i) (V j)) as [ab H].
    - intros x y E <- K. apply N. rewrite <- K. apply cylinder, E.
    - exists ab. intros _. exact H. }
  set (f := fun i j => proj1_sig (constructive_indefinite_description _ (G i j))).
  assert (Hf : forall i j, i <> j -> _) by (intros i j; exact (proj2_sig (constructive_indefinite_description _ (G i j)))).
  fold (f) in Hf. change (forall i j, i <> j -> (forall x, In x S -> piece x = i -> 0 < affine n (fst (f i j)) (snd (f i j)) x) /\
    (forall x, In x S -> piece x = j -> affine n (fst (f i j)) (snd (f i j)) x < 0) /\
    forall x, In x S -> affine n (fst (f i j)) (snd (f i j)) x <> 0) in Hf.
  exists (fun i j k => if i <? j then fst (f i j) k else - fst (f j i) k), (fun i j => if i <? j then snd (f i j) else - snd (f j i)).
  cbv zeta.
  assert (up : forall i j x, (i < j)%nat -> affine n (fun k => if i <? j then fst (f i j) k else - fst (f j i) k)
    (if i <? j then snd (f i j) else - snd (f j i)) x = affine n (fst (f i j)) (snd (f i j)) x).
  { intros i j x L. destruct (Nat.ltb_spec i j); [reflexivity|lia]. }
  assert (down : forall i j x, (j < i)%nat -> affine n (fun k => if i <? j then fst (f i j) k else - fst (f j i) k)
    (if i <? j then snd (f i j) else - snd (f j i)) x = - affine n (fst (f j i)) (snd (f j i)) x).
  { intros i j x L. destruct (Nat.ltb_spec i j); [lia|]. unfold affine.
    rewrite (sum_ext n (fun k => - _ * _) (fun k => -1 * (fst (f j i) k * x k))) by (intros; ring). rewrite sum_scale. ring. }
  assert (sign : forall i j x, i <> j -> In x S -> piece x = i ->
    0 < affine n (fun k => if i <? j then fst (f i j) k else - fst (f j i) k) (if i <? j then snd (f i j) else - snd (f j i)) x).
  { intros i j x N I E. destruct (Nat.lt_total i j) as [L|[L|L]]; [|contradiction|].
    - rewrite up by exact L. apply Hf; auto.
    - rewrite down by exact L. pose proof (proj1 (proj2 (Hf j i (not_eq_sym N))) x I E). lra. }
  split; [|split].
  - intros i j x N. destruct (Nat.lt_total i j) as [L|[L|L]]; [|contradiction|].
    + rewrite up, down by exact L. ring.
    + rewrite down, up by exact L. ring.
  - intros i j x N I. destruct (Nat.lt_total i j) as [L|[L|L]]; [|contradiction|].
    + rewrite up by exact L. apply Hf; auto.
    + rewrite down by exact L. pose proof (proj2 (proj2 (Hf j i (not_eq_sym N))) x I). lra.
  - intros i x L I. split; [intros E j _ N; apply sign; auto|]. intros H. destruct (Nat.eq_dec (piece x) i) as [|N]; [assumption|].
    exfalso. pose proof (H (piece x) (small x) N) as P. pose proof (sign (piece x) i x N I eq_refl) as Q.
    destruct (Nat.lt_total i (piece x)) as [K|[K|K]]; [|congruence|].
    + rewrite up in P by exact K. rewrite down in Q by exact K. lra.
    + rewrite down in P by exact K. rewrite up in Q by exact K. lra.
Qed.
