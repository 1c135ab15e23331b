(** Lemma 1: points in general position are divided by half-spaces in as many ways as there can be (Cover's count). *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon FinFun.
From ManyFaces Require Import Inhabited Spaces Counting Hyperplanes Pieces Cells Euclid Halfspaces.
Import ListNotations.
Open Scope R_scope.

(** No n + 1 of the points lie in a hyperplane. *)
Definition general_position (n N : nat) (p : nat -> nat -> R) :=
  forall a b, (exists k, (k < n)%nat /\ a k <> 0) -> forall L, NoDup L ->
    (forall i, In i L -> (i < N)%nat /\ affine n a b (p i) = 0) -> (length L <= n)%nat.

(** Different points of the line, twice the same; three points of the plane that are on a line, and below three that are not. *)
Lemma test_general_position : general_position 1 2 (fun i _ => INR i) /\ ~ general_position 1 2 (fun _ _ => 0) /\
  ~ general_position 2 3 (fun i _ => INR i).
Proof.
  split; [|split].
  - intros a b [k [K Z]] L D H. replace k with 0%nat in Z by lia. destruct L as [|i [|j L]]; simpl; try lia. exfalso.
    destruct (H i (or_introl eq_refl)) as [I Ei], (H j (or_intror (or_introl eq_refl))) as [J Ej]. unfold affine in Ei, Ej. simpl in Ei, Ej.
    assert (i <> j) by (inversion D as [|x l N _]; subst; intros ->; apply N; left; reflexivity).
    destruct i as [|[|i]], j as [|[|j]]; try lia; simpl in *; lra.
  - intros H. specialize (H (fun _ => 1) 0 (ex_intro _ 0%nat (conj (le_n 1) R1_neq_R0)) [0%nat; 1%nat]).
    assert (2 <= 1)%nat; [|lia]. apply H; [repeat constructor; simpl; lia|]. intros i [<-|[<-|[]]]; (split; [lia|]); unfold affine; simpl; ring.
  - intros H. assert (2 <= 1)%nat; [|lia]. assert (K : (3 <= 2)%nat); [|lia].
    apply (H (fun k => if Nat.eqb k 0 then 1 else -1) 0) with (L := [0; 1; 2]%nat).
    + exists 0%nat. split; [lia|]. simpl. lra.
    + repeat constructor; simpl; lia.
    + intros i [<-|[<-|[<-|[]]]]; (split; [lia|]); unfold affine; simpl; ring.
Qed.

Lemma test_plane_general : general_position 2 3 (fun i k => if Nat.eqb (S k) i then 1 else 0).
Proof.
  intros a b [k [K Z]] L D H. apply Nat.nlt_ge. intros G.
  assert (I : incl [0;1;2]%nat L).
  { apply NoDup_length_incl; [exact D|simpl; lia|]. intros i J. destruct (H i J) as [B _]. simpl. lia. }
  assert (E : forall i, (i < 3)%nat -> affine 2 a b (fun k => if Nat.eqb (S k) i then 1 else 0) = 0).
  { intros i J. apply (H i), I. simpl. lia. }
  pose proof (E 0%nat ltac:(lia)) as E0. pose proof (E 1%nat ltac:(lia)) as E1. pose proof (E 2%nat ltac:(lia)) as E2.
  unfold affine in *. simpl in *. destruct k as [|[|k]]; try lia; apply Z; lra.
Qed.

(** * Counting lists of signs *)

Fixpoint words (N : nat) : list (list bool) :=
  match N with O => [[]] | S M => map (fun s => s ++ [true]) (words M) ++ map (fun s => s ++ [false]) (words M) end.
Definition number {T} (P : T -> Prop) (l : list T) : nat := length (filter (fun t => truth (P t)) l).

Lemma words_different N : NoDup (words N).
Proof.
  assert (app : forall A (k l : list A), NoDup k -> NoDup l -> (forall t, In t k -> ~ In t l) -> NoDup (k ++ l)).
  { intros A k l K Hl D. induction K as [|t k N' K IH]; simpl; [exact Hl|]. constructor.
    - intros I. apply in_app_or in I as [I|I]; [contradiction|]. apply (D t); [left; reflexivity|exact I].
    - apply IH. intros s I. apply D. right. exact I. }
  induction N as [|N IH]; simpl; [constructor; [simpl; tauto|constructor]|]. apply app.
  - apply Injective_map_NoDup; [|exact IH]. intros s t E. apply app_inj_tail in E. apply E.
  - apply Injective_map_NoDup; [|exact IH]. intros s t E. apply app_inj_tail in E. apply E.
  - intros t I J. apply in_map_iff in I as [r [<- _]], J as [s [E _]]. apply app_inj_tail in E as [_ E]. discriminate.
Qed.

Lemma number_two {T} (P Q A B : T -> Prop) l : (forall s, P s -> A s \/ B s) -> (forall s, Q s -> A s /\ B s) -> (forall s, Q s -> P s) ->
  (number P l + number Q l <= number A l + number B l)%nat.
Proof.
  intros HP HQ QP. unfold number. induction l as [|s l IH]; simpl; [lia|]. specialize (HP s). specialize (HQ s). specialize (QP s).
  rewrite <- (truth_true (P s)), <- (truth_true (A s)), <- (truth_true (B s)) in HP.
  rewrite <- (truth_true (Q s)), <- (truth_true (A s)), <- (truth_true (B s)) in HQ. rewrite <- (truth_true (Q s)), <- (truth_true (P s)) in QP.
  destruct (truth (P s)), (truth (Q s)), (truth (A s)), (truth (B s)); simpl; try lia; exfalso; intuition discriminate.
Qed.

Lemma number_less {T} (P Q : T -> Prop) l : (forall s, P s -> Q s) -> (number P l <= number Q l)%nat.
Proof.
  intros H. unfold number. induction l as [|s l IH]; simpl; [lia|]. specialize (H s). rewrite <- (truth_true (P s)), <- (truth_true (Q s)) in H.
  destruct (truth (P s)), (truth (Q s)); simpl; try lia; exfalso; intuition discriminate.
Qed.

Lemma number_words P N : number P (words (S N)) = (number (fun s => P (s ++ [true])) (words N) + number (fun s => P (s ++ [false])) (words N))%nat.
Proof.
  assert (moved : forall (f : list bool -> list bool) l, length (filter (fun t => truth (P t)) (map f l)) = length (filter (fun s => truth (P (f s))) l)).
  { intros f l. induction l as [|s l IH]; simpl; [reflexivity|]. destruct (truth (P (f s))); simpl; rewrite IH; reflexivity. }
  unfold number. simpl. rewrite filter_app, app_length, !moved. reflexivity.
Qed.

(** * Vectors of which a hyperplane through 0 holds less than d *)

Definition strictly (d N : nat) (q : nat -> nat -> R) (s : list bool) :=
  exists a, (forall i, (i < N)%nat -> dot d a (q i) <> 0) /\ sides N (fun i => dot d a (q i)) = s.
Definition general (d N : nat) (q : nat -> nat -> R) :=
  forall a, (exists k, (k < d)%nat /\ a k <> 0) -> forall L, NoDup L ->
    (forall i, In i L -> (i < N)%nat /\ dot d a (q i) = 0) -> (length L < d)%nat.

Lemma sides_last N f : sides (S N) f = sides N f ++ [side (f N)].
Proof. unfold sides. rewrite seq_S, map_app. reflexivity. Qed.

(** Small changes keep signs. *)
Lemma small_change N (f g : nat -> R) : (forall i, (i < N)%nat -> f i <> 0) ->
  exists e, 0 < e /\ forall t, Rabs t <= e -> forall i, (i < N)%nat -> f i + t * g i <> 0 /\ side (f i + t * g i) = side (f i).
Proof.
  induction N as [|N IH]; intros H; [exists 1; split; [lra|intros; lia]|]. destruct IH as [e [P E]]; [auto|].
  pose proof (Rabs_pos_lt _ (H N (Nat.lt_succ_diag_r N))) as Q. pose proof (Rabs_pos (g N)) as G.
  set (c := Rabs (f N) / (Rabs (g N) + 1)). assert (C : 0 < c) by (apply Rdiv_lt_0_compat; lra).
  exists (Rmin e (c / 2)). split; [apply Rmin_glb_lt; lra|]. intros t T i I. pose proof (Rmin_l e (c / 2)). pose proof (Rmin_r e (c / 2)).
  destruct (Nat.eq_dec i N) as [->|]; [|apply E; [lra|lia]].
  assert (X : Rabs (t * g N) < Rabs (f N)).
  { rewrite Rabs_mult. replace (Rabs (f N)) with (c * (Rabs (g N) + 1)) by (unfold c; field; lra). pose proof (Rabs_pos t). nra. }
  apply Rabs_def2 in X. unfold Rabs in X. unfold side. destruct (Rcase_abs (f N)), (Rle_dec 0 (f N + t * g N)), (Rle_dec 0 (f N)); split; auto; try lra.
Qed.

(** A sign at one more vector. *)
Lemma one_more d N q a w : (forall i, (i < N)%nat -> dot d a (q i) <> 0) -> dot d w (q N) <> 0 ->
  (dot d a (q N) <> 0 -> strictly d (S N) q (sides N (fun i => dot d a (q i)) ++ [side (dot d a (q N))])) /\
  (dot d a (q N) = 0 -> forall b, strictly d (S N) q (sides N (fun i => dot d a (q i)) ++ [b])).
Proof.
  intros A W. split.
  - intros Z. exists a. split; [|apply sides_last]. intros i I. destruct (Nat.eq_dec i N) as [->|]; [exact Z|apply A; lia].
  - intros Z b. destruct (small_change N (fun i => dot d a (q i)) (fun i => dot d w (q i)) A) as [e [P E]].
    set (t := if Bool.eqb b (side (dot d w (q N))) then e else - e).
    assert (T : Rabs t <= e) by (unfold t; destruct Bool.eqb; [rewrite Rabs_right|rewrite Rabs_left]; lra).
    assert (D : forall i, dot d (fun k => a k + t * w k) (q i) = dot d a (q i) + t * dot d w (q i)).
    { intros i. rewrite dot_sym, dot_plus, dot_scale, !(dot_sym d (q i)). reflexivity. }
    exists (fun k => a k + t * w k). split.
    + intros i I. rewrite D. destruct (Nat.eq_dec i N) as [->|]; [|apply (E t T); lia]. rewrite Z.
      assert (t <> 0) by (unfold t; destruct Bool.eqb; lra). rewrite Rplus_0_l. apply Rmult_integral_contrapositive. auto.
    + rewrite sides_last. f_equal.
      * apply sides_same. intros i I. rewrite D. apply (E t T i I).
      * f_equal. rewrite D, Z, Rplus_0_l. unfold t, side. destruct (Rle_dec 0 (dot d w (q N))), b; simpl; destruct Rle_dec as [K|K]; auto; exfalso; try apply K; nra.
Qed.

(** The coordinates but one, from those that are orthogonal to v. *)
Definition lifted (k0 : nat) (v a : nat -> R) (e k : nat) : R :=
  if (k <? k0)%nat then a k else if Nat.eqb k k0 then - (sum e (fun j => a j * v (skip k0 j)) / v k0) else a (k - 1)%nat.
Definition projected (k0 : nat) (v u : nat -> R) (j : nat) : R := u (skip k0 j) - v (skip k0 j) * u k0 / v k0.

Lemma lifted_skip k0 v a e j : lifted k0 v a e (skip k0 j) = a j.
Proof.
  unfold lifted, skip. destruct (Nat.ltb_spec j k0).
  - destruct (Nat.ltb_spec j k0); [reflexivity|lia].
  - destruct (Nat.ltb_spec (S j) k0); [lia|]. destruct (Nat.eqb_spec (S j) k0); [lia|]. f_equal. lia.
Qed.

Lemma lifted_dot k0 v a e u : (k0 <= e)%nat -> v k0 <> 0 -> dot (S e) (lifted k0 v a e) u = dot e a (projected k0 v u).
Proof.
  intros K V. unfold dot. rewrite (sum_skip e _ k0 K). rewrite (sum_ext e (fun i => lifted k0 v a e (skip k0 i) * u (skip k0 i)) (fun i => a i * u (skip k0 i)))
    by (intros; rewrite lifted_skip; reflexivity).
  unfold lifted at 1. rewrite Nat.ltb_irrefl, Nat.eqb_refl. unfold projected.
  rewrite (sum_ext e (fun i => a i * (_ - _)) (fun i => a i * u (skip k0 i) - u k0 / v k0 * (a i * v (skip k0 i)))), sum_minus, sum_scale
    by (intros; field; exact V). field. exact V.
Qed.

Lemma projected_self k0 v : v k0 <> 0 -> forall j, projected k0 v v j = 0.
Proof. intros V j. unfold projected. field. exact V. Qed.

Definition most_signs (d N : nat) : nat := match N with O => 1 | S M => 2 * total d (choose M) end.

Lemma all_signs n : (2 ^ n <= total (S n) (choose n))%nat.
Proof.
  induction n; [simpl; lia|]. rewrite pascal. assert (total (S n) (choose n) <= total (S (S n)) (choose n))%nat by (simpl; lia).
  rewrite Nat.pow_succ_r'. lia.
Qed.

Lemma some_coordinate e M q : (e <= M)%nat -> general (S e) (S M) q -> exists k, (k <= e)%nat /\ q M k <> 0.
Proof.
  intros L G. apply NNPP. intros none. assert (Z : forall k, (k < S e)%nat -> q M k = 0).
  { intros k K. apply NNPP. intros N. apply none. exists k. split; [lia|exact N]. }
  destruct (dependent e (S e) (fun j k => q k j) ltac:(lia)) as [a [[j [J N]] A]].
  assert (C : (length (M :: seq 0 e) < S e)%nat); [|simpl in C; rewrite seq_length in C; lia].
  apply (G a).
  - exists j. auto.
  - constructor; [rewrite in_seq; lia|apply seq_NoDup].
  - intros i [<-|I]; [split; [lia|]|apply in_seq in I; split; [lia|]].
    + unfold dot. rewrite <- (sum_zero (S e)). apply sum_ext. intros k K. rewrite Z by exact K. ring.
    + apply A. lia.
Qed.

Lemma enough_signs N : forall d q, (d <= N)%nat -> general d N q -> (most_signs d N <= number (strictly d N q) (words N))%nat.
Proof.
  induction N as [|M IH]; intros d q L G.
  - replace d with 0%nat in * by lia. unfold number. simpl. assert (K : truth (strictly 0 0 q []) = true); [|rewrite K; simpl; lia].
    apply truth_true. exists (fun _ => 0). split; [intros; lia|reflexivity].
  - destruct d as [|e]; [simpl; lia|]. destruct (some_coordinate e M q ltac:(lia) G) as [k0 [K V]]. set (v := q M) in *.
    set (q' := fun i => projected k0 v (q i)).
    assert (G' : general e M q').
    { intros a [j [J N]] L' D H. assert (C : (length (M :: L') < S e)%nat); [|simpl in C; lia]. apply (G (lifted k0 v a e)).
      - exists (skip k0 j). rewrite lifted_skip. split; [unfold skip; destruct Nat.ltb; lia|exact N].
      - constructor; [intros I; specialize (H M I); lia|exact D].
      - intros i [<-|I]; [split; [lia|]|split; [specialize (H i I); lia|]].
        + rewrite lifted_dot by assumption. fold v. unfold dot. rewrite <- (sum_zero e). apply sum_ext. intros k _.
          rewrite projected_self by exact V. ring.
        + rewrite lifted_dot by assumption. apply H, I. }
    assert (W : dot (S e) (fun k => if Nat.eqb k k0 then 1 else 0) v <> 0).
    { unfold dot. rewrite (sum_skip e _ k0 K), Nat.eqb_refl, (sum_ext e _ (fun _ => 0)), sum_zero; [lra|].
      intros i _. destruct (Nat.eqb_spec (skip k0 i) k0) as [E|]; [|ring]. unfold skip in E. destruct (Nat.ltb_spec i k0); lia. }
    assert (up : forall s, strictly e M q' s -> exists a, (forall i, (i < M)%nat -> dot (S e) a (q i) <> 0) /\ dot (S e) a v = 0 /\
      sides M (fun i => dot (S e) a (q i)) = s).
    { intros s [a [A E]]. exists (lifted k0 v a e). split; [|split].
      - intros i I. rewrite lifted_dot by assumption. apply A, I.
      - rewrite lifted_dot by assumption. unfold dot. rewrite <- (sum_zero e). apply sum_ext. intros k _. rewrite projected_self by exact V. ring.
      - rewrite <- E. apply sides_same. intros i _. rewrite lifted_dot by assumption. reflexivity. }
    assert (two := number_two (strictly (S e) M q) (strictly e M q') (fun s => strictly (S e) (S M) q (s ++ [true]))
      (fun s => strictly (S e) (S M) q (s ++ [false])) (words M)).
    rewrite number_words. specialize (IH e q' ltac:(lia) G') as small.
    assert (more : (number (strictly e M q') (words M) <= number (strictly (S e) M q) (words M))%nat).
    { apply number_less. intros s H. destruct (up s H) as [a [A [_ E]]]. exists a. auto. }
    assert (both : (number (strictly (S e) M q) (words M) + number (strictly e M q') (words M) <=
      number (fun s => strictly (S e) (S M) q (s ++ [true])) (words M) + number (fun s => strictly (S e) (S M) q (s ++ [false])) (words M))%nat).
    { apply two.
      - intros s [a [A <-]]. destruct (one_more (S e) M q a _ A W) as [X Y]. destruct (Req_dec (dot (S e) a (q M)) 0) as [Z|Z]; [left; apply Y, Z|].
        specialize (X Z). destruct (side _); auto.
      - intros s H. destruct (up s H) as [a [A [Z <-]]]. destruct (one_more (S e) M q a _ A W) as [_ Y]. split; apply Y, Z.
      - intros s H. destruct (up s H) as [a [A [_ E]]]. exists a. auto. }
    destruct (Nat.eq_dec e M) as [->|N].
    + pose proof (subsets_power M (S M)). assert (2 ^ M <= most_signs M M)%nat; [|change (most_signs (S M) (S M)) with (2 * total (S M) (choose M))%nat; lia].
      destruct M as [|K']; [simpl; lia|]. pose proof (all_signs K'). rewrite Nat.pow_succ_r'. change (most_signs (S K') (S K')) with (2 * total (S K') (choose K'))%nat. lia.
    + assert (G2 : general (S e) M q) by (intros a A L' D H; apply (G a A L' D); intros i I; destruct (H i I); split; [lia|assumption]).
      pose proof (IH (S e) q ltac:(lia) G2) as big. destruct M as [|K']; [lia|]. 
      change (most_signs e (S K')) with (2 * total e (choose K'))%nat in small. change (most_signs (S e) (S K')) with (2 * total (S e) (choose K'))%nat in big.
      change (most_signs (S e) (S (S K'))) with (2 * total (S e) (choose (S K')))%nat. rewrite pascal. lia.
Qed.

(** The vector (p, 1), of which the products are the values of affine functions at p. *)
Definition with_one (n : nat) (u : nat -> R) (k : nat) : R := if Nat.eqb k n then 1 else u k.

Lemma with_one_dot n a u : dot (S n) a (with_one n u) = affine n a (a n) u.
Proof.
  unfold dot, affine, with_one. simpl. rewrite Nat.eqb_refl, Rmult_1_r. f_equal. apply sum_ext. intros k K.
  destruct (Nat.eqb_spec k n); [lia|reflexivity].
Qed.

Lemma general_with_one n N p : general_position n N p -> general (S n) N (fun i => with_one n (p i)).
Proof.
  intros G a [k [K Z]] L D H. destruct (classic (exists j, (j < n)%nat /\ a j <> 0)) as [some|none].
  - apply Nat.lt_succ_r, (G a (a n) some L D). intros i I. rewrite <- with_one_dot. apply H, I.
  - assert (Zero : forall j, (j < n)%nat -> a j = 0) by (intros j J; apply NNPP; intros B; apply none; exists j; auto).
    destruct L as [|i L]; [simpl; lia|]. exfalso. destruct (H i (or_introl eq_refl)) as [_ E]. rewrite with_one_dot in E.
    unfold affine in E. rewrite (sum_ext n _ (fun _ => 0)), sum_zero in E by (intros j J; rewrite Zero by exact J; ring).
    destruct (Nat.eq_dec k n) as [->|]; [lra|]. rewrite Zero in Z by lia. lra.
Qed.

(** N points are divided by half-spaces in at most C(N, n) ways, and in just so many in general position. *)
Theorem lemma_1_hyperplanes :
  (forall (n N : nat) (p : nat -> nat -> R), (1 <= N)%nat -> at_most (cover N n) (divided n N p) /\ (cover N n <= 2 * N ^ n)%nat /\
    (2 * N ^ n <= 2 * N ^ (n + 1))%nat) /\
  (forall (n N : nat) (p : nat -> nat -> R), (n < N)%nat -> general_position n N p -> exactly (cover N n) (divided n N p)).
Proof.
  split.
  - intros n N p P. split; [apply divided_at_most, P|]. split; [apply cover_polynomial, P|]. apply Nat.mul_le_mono_l, Nat.pow_le_mono_r; lia.
  - intros n N p P G. pose proof (divided_at_most n N p ltac:(lia)) as up. split; [exact up|].
    set (l := filter (fun s => truth (strictly (S n) N (fun i => with_one n (p i)) s)) (words N)).
    assert (D : NoDup l) by apply NoDup_filter, words_different.
    assert (In_l : forall s, In s l -> divided n N p s).
    { intros s I. apply filter_In in I as [_ T]. apply truth_true in T as [a [_ E]]. exists a, (a n). rewrite <- E. apply sides_same.
      intros i _. rewrite with_one_dot. reflexivity. }
    pose proof (enough_signs N (S n) _ P (general_with_one n N p G)) as low. fold (number (strictly (S n) N (fun i => with_one n (p i))) (words N)) in l.
    exists l. split; [exact D|]. split; [exact In_l|]. apply Nat.le_antisymm; [apply up; assumption|].
    destruct N as [|M]; [lia|]. unfold most_signs in low. unfold cover. rewrite Nat.sub_succ, Nat.sub_0_r. exact low.
Qed.

Lemma lemma_1_hyperplanes_inhabited : ltac:(inhabited lemma_1_hyperplanes).
Proof.
  split; [exists 1%nat, 1%nat, (fun _ _ => 0); lia|]. exists 1%nat, 2%nat, (fun i _ => INR i). split; [lia|apply test_general_position].
Qed.
