(** Equation 8: a ball of R^5 with room for two points only, whose volume is more than twice that of the unit ball. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Vectors Robustness Nearest Packing Bounded.
Import ListNotations.
Open Scope R_scope.

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

Lemma more_than_two volume : ball_volumes volume -> 2 < (1 / 1) ^ 5 * (volume (ball0 4 (23 / 20)) / volume (ball0 4 1)).
Proof.
  intros [P E]. rewrite E by lra. replace (_ * (_ / _)) with ((23 / 20) ^ 5) by (field; lra). lra.
Qed.

Theorem prop_7_lower : forall volume : (normed (space 4) -> Prop) -> R, ball_volumes volume ->
  ~ forall (X : normed (space 4) -> Prop) (m : R) (v : nat), is_bounded X -> 0 < m -> vc_dimension m X v ->
    (1 / m) ^ 5 * (volume X / volume (ball0 4 1)) <= INR v.
Proof.
  intros volume P H. specialize (H _ 1 2%nat (ball_bounded 4 (23 / 20)) ltac:(lra) two_in_ball).
  pose proof (more_than_two volume P). simpl INR in H. lra.
Qed.

Theorem prop_7 : forall volume : (normed (space 4) -> Prop) -> R, ball_volumes volume ->
  ~ forall (X : normed (space 4) -> Prop) (m : R), is_bounded X -> 0 < m -> exists v : nat, vc_dimension m X v /\
    INR v <= (2 / m) ^ 5 * (volume (thickened 4 X (m / 2)) / volume (ball0 4 1)) /\
    (1 / m) ^ 5 * (volume X / volume (ball0 4 1)) <= INR v.
Proof.
  intros volume P H. destruct (H _ 1 (ball_bounded 4 (23 / 20)) ltac:(lra)) as [v [D [_ L]]].
  assert (v <= 2)%nat as S.
  { destruct D as [[S [N [I [sh <-]]]] _]. apply (proj2 two_in_ball S N I sh). }
  apply le_INR in S. pose proof (more_than_two volume P). simpl INR in S. lra.
Qed.

(** A function with these values: the fifth power of the greatest radius of a ball around 0 in the set. *)
Lemma some_volumes : exists volume, ball_volumes volume.
Proof.
  exists (fun S : normed (space 4) -> Prop => real (Lub_Rbar (fun r => forall x, ball0 4 r x -> S x)) ^ 5).
  assert (E : forall r, 0 < r -> real (Lub_Rbar (fun s => forall x, ball0 4 s x -> ball0 4 r x)) = r).
  { intros r P. apply (f_equal real (y := Finite r)), is_lub_Rbar_unique. split.
    - intros s H. simpl. apply Rnot_lt_le. intros L. destruct (first_axis 4 r) as [p [N _]]. rewrite Rabs_right in N by lra.
      specialize (H p). unfold ball0 in H. rewrite N in H. lra.
    - intros b upper. apply upper. auto. }
  split; intros; rewrite !E by lra; lra.
Qed.

Lemma prop_7_lower_inhabited : ltac:(inhabited prop_7_lower).
Proof. exact some_volumes. Qed.

Lemma prop_7_inhabited : ltac:(inhabited prop_7).
Proof. exact some_volumes. Qed.
