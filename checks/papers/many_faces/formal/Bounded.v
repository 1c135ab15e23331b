(** Proposition 7: bounded sets of R^n hold finitely many points that are a given distance apart; equation 8 and a ball of R^5. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Vectors Robustness Nearest Packing.
Import ListNotations.
Open Scope R_scope.

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

(** Open balls of radius m around points of a list are disjoint, or lie in a set. *)
Definition disjoint_balls {M : metric} (m : R) (S : list M) :=
  forall x y, In x S -> In y S -> x <> y -> disjoint (fun u => dist x u < m) (fun u => dist y u < m).
Definition balls_inside {M : metric} (m : R) (X : M -> Prop) (S : list M) := forall x, In x S -> forall u, dist x u < m -> X u.

Theorem prop_7_balls_amended : forall (V : NormedModule R_AbsRing) (X : normed V -> Prop) (m : R) (v : nat), 0 < m ->
  (vc_dimension m X v <-> (exists S, NoDup S /\ (forall x, In x S -> X x) /\ disjoint_balls m S /\ length S = v) /\
    forall S, NoDup S -> (forall x, In x S -> X x) -> disjoint_balls m S -> (length S <= v)%nat) /\
  (vc_dimension m X v -> forall S, NoDup S -> balls_inside m X S -> disjoint_balls m S -> (length S <= v)%nat).
Proof.
  intros V X m v P.
  assert (E : forall S : list (normed V), shattered m S <-> disjoint_balls m S).
  { intros T. destruct (prop_7_shatter V m T P) as [A B]. rewrite A, B. unfold disjoint_balls, disjoint. split.
    - intros K x y Ix Iy D u U U'. apply (K x y Ix Iy D u). auto.
    - intros K x y Ix Iy D u [U U']. apply (K x y Ix Iy D u U U'). }
  split; [split|]; intros [[S [N [I [H L]]]] most].
  - split; [exists S; rewrite <- E; auto|]. intros T N' I' D. apply most; auto. apply E, D.
  - split; [exists S; rewrite E; auto|]. intros T N' I' D. apply most; auto. apply E, D.
  - intros T N' I' D. apply most; auto; [|apply E, D]. intros x J. apply (I' x J). rewrite (dist_self (normed V)). exact P.
Qed.

(** The interval from -1 to 1, and the ball of radius 1 that it is. *)
Lemma prop_7_balls_amended_inhabited : ltac:(inhabited prop_7_balls_amended).
Proof.
  set (X := fun x : normed (space 0) => Rabs x < 1).
  assert (one : forall P : list (normed (space 0)) -> Prop, P [0] -> (forall S, P S -> separated (2 * 1) S) ->
    (exists S, NoDup S /\ (forall x, In x S -> X x) /\ P S /\ length S = 1%nat) /\
    forall S, NoDup S -> (forall x, In x S -> X x) -> P S -> (length S <= 1)%nat).
  { intros P H far. split.
    - exists [0]. split; [repeat constructor; auto|]. split; [|auto]. intros x [<-|[]]. unfold X. rewrite Rabs_R0. lra.
    - intros [|x [|y S]] N I K; simpl; try lia. exfalso. assert (D : x <> y) by (intros ->; inversion N as [|? ? out _]; apply out; left; reflexivity).
      pose proof (far _ K x y ltac:(simpl; auto) ltac:(simpl; auto) D) as F. change (2 * 1 <= Rabs (x - y)) in F.
      pose proof (I x ltac:(simpl; auto)) as A. pose proof (I y ltac:(simpl; auto)) as B. unfold X in A, B.
      apply Rabs_def2 in A, B. unfold Rabs in F. destruct Rcase_abs; lra. }
  assert (V : vc_dimension 1 X 1).
  { apply vc_packing; [lra|]. apply one; [|auto]. intros x y [<-|[]] [<-|[]] K. contradiction. }
  split; exists R_NormedModule, X, 1, 1%nat; (split; [lra|]).
  - exact V.
  - split; [exact V|]. exists [0]. split; [repeat constructor; auto|]. split.
    + intros x [<-|[]] u U. change (Rabs (0 - u) < 1) in U. unfold X. rewrite Rabs_minus_sym, Rminus_0_r in U. exact U.
    + intros x y [<-|[]] [<-|[]] K. contradiction.
Qed.

(** * A ball of R^5 with room for two points only, whose volume is more than twice that of the unit ball *)

(** The open ball around 0; what adding vectors shorter than [r] makes of a set, its sum with that ball. *)
Definition ball0 (n : nat) (r : R) (x : normed (space n)) := norm (V := space n) x < r.
Definition thickened (n : nat) (X : normed (space n) -> Prop) (r : R) (z : normed (space n)) := exists x, X x /\ dist z x < r.

(** What is asked of volumes: that of the ball of radius r is r^5 times that of the unit ball. *)
Definition ball_volumes (volume : (normed (space 4) -> Prop) -> R) :=
  0 < volume (ball0 4 1) /\ forall r, 0 < r -> volume (ball0 4 r) = r ^ 5 * volume (ball0 4 1).

Lemma test_thickened z : thickened 0 (ball0 0 1) 2 z <-> ball0 0 3 z.
Proof.
  unfold thickened, ball0, space, norm. simpl. unfold abs; simpl. split.
  - intros [x [X D]]. change (Rabs (z - x) < 2) in D. apply Rabs_def1; apply Rabs_def2 in X, D; lra.
  - intros H. exists (z / 3). apply Rabs_def2 in H. split; [apply Rabs_def1; lra|]. change (Rabs (z - z / 3) < 2). apply Rabs_def1; lra.
Qed.

(** Three points of the ball of radius r cannot be pairwise 2 apart, if 3 r^2 is less than 4. *)
Lemma three_points (V : NormedModule R_AbsRing) (x y z : V) (r : R) : euclidean V -> 3 * r ^ 2 < 4 -> norm x < r -> norm y < r -> norm z < r ->
  2 <= norm (minus x y) -> 2 <= norm (minus x z) -> 2 <= norm (minus y z) -> False.
Proof.
  intros [inner [add [scale [sym square]]]] small X Y Z A B C.
  assert (add' : forall x y z, inner x (plus y z) = inner x y + inner x z) by (intros p q s; rewrite (sym p), add, (sym q), (sym s); ring).
  assert (scale' : forall t x y, inner x (scal t y) = t * inner x y) by (intros k p q; rewrite (sym p), scale, (sym q); ring).
  assert (E : norm (plus x (plus y z)) * norm (plus x (plus y z)) + norm (minus x y) * norm (minus x y) +
    norm (minus x z) * norm (minus x z) + norm (minus y z) * norm (minus y z) = 3 * (norm x * norm x + norm y * norm y + norm z * norm z)).
  { assert (M : forall u v : V, minus u v = plus u (scal (-1) v)) by (intros u v; vectors [u; v]).
    rewrite !M, !square, ?add, ?add', ?scale, ?scale', ?add, ?add', ?scale, ?scale', (sym y x), (sym z x), (sym z y). ring. }
  assert (Q : forall u : V, norm u < r -> norm u * norm u <= r ^ 2).
  { intros u H. pose proof (norm_ge_0 u). simpl. rewrite Rmult_1_r. apply Rmult_le_compat; lra. }
  pose proof (Q x X). pose proof (Q y Y). pose proof (Q z Z). pose proof (Rle_0_sqr (norm (plus x (plus y z)))) as P. unfold Rsqr in P.
  assert (F : forall t : R, 2 <= t -> 4 <= t * t) by (intros; nra).
  pose proof (F _ A). pose proof (F _ B). pose proof (F _ C). lra.
Qed.

Lemma first_axis n (t : R) : exists p : space n, norm p = Rabs t /\ norm (minus p (opp p)) = Rabs (2 * t).
Proof.
  destruct n.
  - exists t. split; [reflexivity|]. change (Rabs (t + - - t) = Rabs (2 * t)). f_equal. ring.
  - exists (t, zero). assert (G : forall s : R, norm (V := space (S n)) (s, zero) = Rabs s).
    { intros s. change (sqrt (Rabs s ^ 2 + norm (zero : space n) ^ 2) = Rabs s). rewrite norm_zero.
      replace (Rabs s ^ 2 + 0 ^ 2) with (Rabs s ^ 2) by ring. apply sqrt_pow2, Rabs_pos. }
    split; [apply G|]. rewrite <- G. f_equal. unfold minus, opp, plus; simpl. unfold prod_plus, prod_opp. simpl.
    f_equal; [unfold plus, opp; simpl; ring|]. change (minus (zero : space n) (opp zero) = zero). vectors (@nil (space n)).
Qed.

Lemma two_in_ball : vc_dimension 1 (ball0 4 (23 / 20)) 2.
Proof.
  apply vc_packing; [lra|]. split.
  - destruct (first_axis 4 1) as [p [N D]]. rewrite Rmult_1_r, (Rabs_right 2) in D by lra. rewrite Rabs_R1 in N.
    exists [p; opp p]. split; [|split; [|split; [|reflexivity]]].
    + repeat constructor; simpl; [|tauto]. intros [E|[]]. assert (E' : opp p = p) by exact E. rewrite E' in D. unfold minus in D. rewrite plus_opp_r, norm_zero in D. lra.
    + intros x [<-|[<-|[]]]; unfold ball0; rewrite ?(norm_opp p), N; lra.
    + intros x y [<-|[<-|[]]] [<-|[<-|[]]] K; try contradiction; [|rewrite (dist_sym (normed (space 4)))];
        change (2 * 1 <= norm (minus p (opp p))); rewrite D; lra.
  - intros [|x [|y [|z S]]] N I H; simpl; try lia. exfalso. inversion N as [|? ? out N' E]. inversion N' as [|? ? out' _ E'].
    assert (D : forall u v : normed (space 4), In u (x :: y :: z :: S) -> In v (x :: y :: z :: S) -> u <> v -> 2 <= norm (minus (G := space 4) u v)).
    { intros u v U W K. specialize (H u v U W K). simpl in H. simpl. lra. }
    apply (three_points (space 4) x y z (23 / 20) (space_euclidean 4)); try (apply I; simpl; tauto); [lra| | |]; apply D; simpl; try tauto.
    + intros F. subst. apply out. left. reflexivity.
    + intros F. subst. apply out. right. left. reflexivity.
    + intros F. subst. apply out'. left. reflexivity.
Qed.

Lemma ball_bounded n r : is_bounded (ball0 n r).
Proof.
  exists (2 * r). intros x y X Y. unfold ball0 in *. simpl. apply Rle_trans with (1 := norm_triangle x (opp y)). rewrite norm_opp. lra.
Qed.

(** The two sides of equation 8 for n = 5. *)
Definition printed_lower (volume : (normed (space 4) -> Prop) -> R) (m : R) (X : normed (space 4) -> Prop) :=
  (1 / m) ^ 5 * (volume X / volume (ball0 4 1)).
Definition printed_upper (volume : (normed (space 4) -> Prop) -> R) (m : R) (X : normed (space 4) -> Prop) :=
  (2 / m) ^ 5 * (volume (thickened 4 X (m / 2)) / volume (ball0 4 1)).

Lemma more_than_two volume : ball_volumes volume -> 2 < printed_lower volume 1 (ball0 4 (23 / 20)).
Proof.
  intros [P E]. unfold printed_lower. rewrite E by lra. replace (_ * (_ / _)) with ((23 / 20) ^ 5) by (field; lra). lra.
Qed.

Theorem prop_7_lower : ~ exists volume : (normed (space 4) -> Prop) -> R, ball_volumes volume /\
  forall (X : normed (space 4) -> Prop) (m : R) (v : nat), is_bounded X -> 0 < m -> vc_dimension m X v ->
    printed_lower volume m X <= INR v.
Proof.
  intros [volume [P H]]. specialize (H _ 1 2%nat (ball_bounded 4 (23 / 20)) ltac:(lra) two_in_ball).
  pose proof (more_than_two volume P). simpl INR in H. lra.
Qed.

Theorem prop_7 : ~ exists volume : (normed (space 4) -> Prop) -> R, ball_volumes volume /\
  forall (X : normed (space 4) -> Prop) (m : R), is_bounded X -> 0 < m ->
    exists v : nat, vc_dimension m X v /\ printed_lower volume m X <= INR v <= printed_upper volume m X.
Proof.
  intros [volume [P H]]. destruct (H _ 1 (ball_bounded 4 (23 / 20)) ltac:(lra)) as [v [D [L _]]].
  assert (v <= 2)%nat as S by (destruct D as [[S [N [I [sh <-]]]] _]; apply (proj2 two_in_ball S N I sh)).
  apply le_INR in S. pose proof (more_than_two volume P). simpl INR in S. lra.
Qed.

(** A function with these values: the fifth power of the greatest radius of a ball around 0 in the set. *)
Lemma test_ball_volumes : exists volume, ball_volumes volume.
Proof.
  exists (fun S : normed (space 4) -> Prop => real (Lub_Rbar (fun r => forall x, ball0 4 r x -> S x)) ^ 5).
  assert (E : forall r, 0 < r -> real (Lub_Rbar (fun s => forall x, ball0 4 s x -> ball0 4 r x)) = r).
  { intros r P. apply (f_equal real (y := Finite r)), is_lub_Rbar_unique. split.
    - intros s H. simpl. apply Rnot_lt_le. intros L. destruct (first_axis 4 r) as [p [N _]]. rewrite Rabs_right in N by lra.
      specialize (H p). unfold ball0 in H. rewrite N in H. lra.
    - intros b upper. apply upper. auto. }
  split; intros; rewrite !E by lra; lra.
Qed.
