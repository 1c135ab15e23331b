(** Proposition 1: the Highest Mountain Function of two sets in a normed space. *)
From Coq Require Import Reals Lra List ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Vectors.
Import ListNotations.
Open Scope R_scope.

(** The points that are as far from A as from B; equation 10, and the class that it gives. *)
Definition frontier {M : metric} (A B : M -> Prop) (z : M) := gap A z = gap B z.
Definition hmf {M : metric} (A B : M -> Prop) (x : M) : R :=
  if Rle_dec (gap A x) (gap B x) then gap (frontier A B) x else - gap (frontier A B) x.

Lemma hmf_abs {M : metric} (A B : M -> Prop) x : nonempty (frontier A B) -> Rabs (hmf A B x) = gap (frontier A B) x.
Proof.
  intros some. pose proof (gap_nonneg _ some x). unfold hmf. destruct Rle_dec; [apply Rabs_right|rewrite Rabs_Ropp; apply Rabs_right]; lra.
Qed.

Lemma frontier_half {M : metric} (A B : M -> Prop) x : nonempty A -> nonempty B -> nonempty (frontier A B) ->
  gap B x - gap A x <= 2 * gap (frontier A B) x.
Proof.
  intros a b c. assert ((gap B x - gap A x) / 2 <= gap (frontier A B) x); [|lra].
  apply gap_ge; [exact c|]. intros z H. unfold frontier in H.
  pose proof (gap_move B b x z). pose proof (gap_move A a z x) as K. rewrite (dist_sym M z x) in K. lra.
Qed.

Lemma frontier_sym {M : metric} (A B : M -> Prop) z : frontier A B z <-> frontier B A z.
Proof. unfold frontier. split; auto. Qed.

Lemma gap_same {M : metric} (S T : M -> Prop) x : (forall z, S z <-> T z) -> gap S x = gap T x.
Proof.
  intros H. unfold gap. f_equal. apply Glb_Rbar_eqset. intros r. split; intros [s [I E]]; exists s; split; auto; apply H; auto.
Qed.

Section Crossing.
Context {V : NormedModule R_AbsRing} (A B : normed V -> Prop) (a : nonempty A) (b : nonempty B).

Lemma crossing (x y : V) : gap A x <= gap B x -> gap B y <= gap A y ->
  exists t, 0 <= t <= 1 /\ frontier A B (between x y t).
Proof.
  intros low high.
  destruct (intermediate 2 (fun z => gap A z - gap B z) x y) as [t [I Z]]; try lra.
  - apply lipschitz_le. intros u v. pose proof (gap_move A a u v). pose proof (gap_move B b v u) as K.
    rewrite (dist_sym (normed V) v u) in K. lra.
  - exists t. split; [exact I|]. unfold frontier. lra.
Qed.

Lemma some_frontier : nonempty (frontier A B).
Proof.
  destruct a as [u I], b as [v J]. destruct (crossing u v) as [t [_ K]].
  - rewrite (gap_inside A a u I). apply (gap_nonneg B b).
  - rewrite (gap_inside B b v J). apply (gap_nonneg A a).
  - exists (between u v t). exact K.
Qed.

Lemma opposite (x y : V) : gap A x <= gap B x -> gap B y <= gap A y ->
  gap (frontier A B) x + gap (frontier A B) y <= dist (m := normed V) x y.
Proof.
  intros low high. destruct (crossing x y low high) as [t [I K]].
  pose proof (gap_le _ some_frontier x _ K) as H. pose proof (gap_le _ some_frontier y _ K) as H'.
  rewrite between_from in H by lra. rewrite (dist_sym (normed V) y), between_to in H' by lra. lra.
Qed.

Lemma same_side (x z : V) : dist (m := normed V) x z < gap (frontier A B) x ->
  gap A x <= gap B x <-> gap A z <= gap B z.
Proof.
  intros near. pose proof (gap_nonneg _ some_frontier z) as P.
  split; intros H; apply Rnot_lt_le; intros K.
  - pose proof (opposite x z H ltac:(lra)). lra.
  - pose proof (opposite z x H ltac:(lra)) as J. rewrite (dist_sym (normed V)) in J. lra.
Qed.
End Crossing.

(** * The statements *)

Theorem prop_1_opposite : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (x y : normed V),
  nonempty A -> nonempty B -> gap B x < gap A x -> gap A y <= gap B y ->
  gap (frontier A B) x + gap (frontier A B) y <= dist x y.
Proof.
  intros V A B x y a b H K. rewrite Rplus_comm, (dist_sym (normed V)). apply (opposite A B a b y x); lra.
Qed.

Theorem eq_11_banach_amended : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop),
  nonempty A -> nonempty B -> lipschitz 1 (hmf A B).
Proof.
  intros V A B a b. pose proof (some_frontier A B a b) as c. intros x y.
  pose proof (gap_lipschitz _ c x y) as L. rewrite Rmult_1_l in *.
  pose proof (gap_nonneg _ c x). pose proof (gap_nonneg _ c y).
  unfold hmf. destruct (Rle_dec (gap A x)), (Rle_dec (gap A y)).
  - exact L.
  - pose proof (opposite A B a b x y ltac:(lra) ltac:(lra)).
    rewrite Rabs_right by lra. lra.
  - pose proof (opposite A B a b y x ltac:(lra) ltac:(lra)) as J. rewrite (dist_sym (normed V)) in J.
    rewrite Rabs_left1 by lra. lra.
  - replace (- _ - - _) with (- (gap (frontier A B) x - gap (frontier A B) y)) by ring. rewrite Rabs_Ropp. exact L.
Qed.

Theorem prop_1_lipschitz : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop),
  nonempty A -> nonempty B -> is_closed A -> is_closed B -> disjoint A B ->
  forall x y, Rabs (hmf A B x - hmf A B y) <= dist x y.
Proof. intros V A B a b _ _ _ x y. pose proof (eq_11_banach_amended V A B a b x y). lra. Qed.

Theorem cor_2_functions : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (D : R),
  nonempty A -> nonempty B -> (forall a b, A a -> B b -> D <= dist a b) ->
  forall x, (A x -> D / 2 <= hmf A B x) /\ (B x -> 0 < D -> hmf A B x <= - (D / 2)).
Proof.
  intros V A B D a b apart x. pose proof (some_frontier A B a b) as c. split; intros I.
  - pose proof (frontier_half A B x a b c) as H. rewrite (gap_inside A a x I) in H.
    pose proof (gap_ge B b x D (fun s J => apart x s I J)). pose proof (gap_nonneg B b x).
    unfold hmf. rewrite (gap_inside A a x I). destruct Rle_dec; lra.
  - intros positive. pose proof (frontier_half B A x b a (some_frontier B A b a)) as H.
    rewrite (gap_same (frontier B A) (frontier A B) x (fun z => frontier_sym B A z)) in H.
    rewrite (gap_inside B b x I) in H.
    assert (D <= gap A x).
    { apply (gap_ge A a). intros s J. rewrite (dist_sym (normed V)). apply apart; assumption. }
    unfold hmf. rewrite (gap_inside B b x I). destruct Rle_dec; lra.
Qed.

Theorem prop_1_sign : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop),
  nonempty A -> nonempty B -> is_closed A -> is_closed B -> disjoint A B ->
  forall x, (A x -> 0 < hmf A B x) /\ (B x -> hmf A B x < 0).
Proof.
  intros V A B a b closed closed' apart x. pose proof (some_frontier A B a b) as c. split; intros I.
  - pose proof (gap_outside everything B x b closed' Logic.I (fun J => apart x I J)).
    pose proof (frontier_half A B x a b c) as H'. rewrite (gap_inside A a x I) in H'.
    unfold hmf. rewrite (gap_inside A a x I). destruct Rle_dec; lra.
  - pose proof (gap_outside everything A x a closed Logic.I (fun J => apart x J I)).
    pose proof (frontier_half B A x b a (some_frontier B A b a)) as H'.
    rewrite (gap_same (frontier B A) (frontier A B) x (fun z => frontier_sym B A z)) in H'.
    rewrite (gap_inside B b x I) in H'.
    unfold hmf. rewrite (gap_inside B b x I). destruct Rle_dec; lra.
Qed.

Lemma frontier_apart (V : NormedModule R_AbsRing) (A B : normed V -> Prop) :
  nonempty A -> nonempty B -> is_closed A -> is_closed B -> disjoint A B ->
  nonempty (frontier A B) /\ is_closed (frontier A B) /\ (forall x, A x \/ B x -> ~ frontier A B x).
Proof.
  intros a b closed closed' apart. split; [apply some_frontier; assumption|]. split.
  - intros x _ near. unfold frontier. apply cond_eq. intros e positive.
    destruct (near (e / 2) ltac:(lra)) as [s [K close]]. unfold frontier in K.
    pose proof (gap_lipschitz A a x s). pose proof (gap_lipschitz B b x s). rewrite Rmult_1_l in *.
    replace (gap A x - gap B x) with ((gap A x - gap A s) - (gap B x - gap B s)) by lra.
    eapply Rle_lt_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra.
  - intros x I K. unfold frontier in K. destruct I as [I|I].
    + pose proof (gap_outside everything B x b closed' Logic.I (fun J => apart x I J)).
      rewrite (gap_inside A a x I) in K. lra.
    + pose proof (gap_outside everything A x a closed Logic.I (fun J => apart x J I)).
      rewrite (gap_inside B b x I) in K. lra.
Qed.

Theorem eq_10 : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop),
  nonempty A -> nonempty B -> is_closed A -> is_closed B -> disjoint A B -> nonempty (frontier A B) /\
  forall x, (A x -> hmf A B x = gap (frontier A B) x) /\ (B x -> hmf A B x = - gap (frontier A B) x).
Proof.
  intros V A B a b closed closed' apart. split; [apply some_frontier; assumption|]. intros x. unfold hmf. split; intros I.
  - rewrite (gap_inside A a x I). pose proof (gap_nonneg B b x). destruct Rle_dec; lra.
  - pose proof (gap_outside everything A x a closed Logic.I (fun J => apart x J I)).
    rewrite (gap_inside B b x I). destruct Rle_dec; lra.
Qed.

Theorem prop_1_relative_amended : forall (M : metric) (A B : M -> Prop), nonempty A -> nonempty B -> disjoint A B ->
  closed_in (fun x => A x \/ B x) A -> closed_in (fun x => A x \/ B x) B ->
  lipschitz 1 (fun x => (gap B x - gap A x) / 2) /\
  forall x, (A x -> 0 < (gap B x - gap A x) / 2) /\ (B x -> (gap B x - gap A x) / 2 < 0).
Proof.
  intros M A B a b apart closed closed'. split.
  - apply lipschitz_le. intros x y. pose proof (gap_move B b x y). pose proof (gap_move A a y x) as K.
    rewrite (dist_sym M y x) in K. lra.
  - intros x. split; intros I.
    + rewrite (gap_inside A a x I). pose proof (gap_outside _ B x b closed' (or_introl I) (fun J => apart x I J)). lra.
    + rewrite (gap_inside B b x I). pose proof (gap_outside _ A x a closed (or_intror I) (fun J => apart x J I)). lra.
Qed.

Theorem eq_11 : forall (M : metric) (S : M -> Prop) (x y z : M),
  S z -> dist y z = gap S y -> gap S y <= gap S x ->
  Rabs (gap S x - gap S y) <= dist x z - dist y z /\ dist x z - dist y z <= dist x y.
Proof.
  intros M S x y z I nearest more. rewrite Rabs_right by lra.
  pose proof (gap_le S (ex_intro _ z I) x z I). pose proof (dist_triangle M x y z). lra.
Qed.

Theorem eq_12 : ~ forall (x y r : R), x <> y -> 0 < r ->
  dist (m := line) y (x + r / dist (m := line) x y * (x - y)) = Rabs (dist (m := line) x y - r).
Proof.
  intros H. specialize (H 1 0 1 ltac:(lra) ltac:(lra)). simpl in H.
  rewrite (Rabs_right (1 - 0)) in H by lra. rewrite (Rabs_right (1 - 0 - 1)) in H by lra.
  rewrite Rabs_left in H; lra.
Qed.

Section Steps.
Context {V : NormedModule R_AbsRing}.
Lemma step_share (x y : V) r : x <> y -> 0 < r ->
  let z := between x y (r / dist (m := normed V) x y) in dist (m := normed V) x z = r /\
  dist (m := normed V) y z = Rabs (dist (m := normed V) x y - r).
Proof.
  intros N P z. pose proof (dist_nonneg (normed V) x y) as D.
  assert (D' : dist (m := normed V) x y <> 0) by (intros E; apply N, (dist_apart (normed V)), E).
  split.
  - unfold z. rewrite between_from; [field; exact D'|]. apply Rlt_le, Rdiv_lt_0_compat; lra.
  - unfold z. rewrite <- (between_end x y) at 1. rewrite between_move.
    replace (1 - r / _) with ((dist (m := normed V) x y - r) / dist (m := normed V) x y) by (field; exact D').
    unfold Rdiv. rewrite Rabs_mult, Rabs_inv, (Rabs_right (dist (m := normed V) x y)) by lra. field. exact D'.
Qed.
End Steps.

Theorem eq_12_ball : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (x y : V) (r : R),
  nonempty A -> nonempty B -> x <> y -> 0 < r -> r < gap (frontier A B) x ->
  let z := plus x (scal (r / norm (minus x y)) (minus x y)) in
  dist (m := normed V) x z = r /\ (gap B x < gap A x -> gap B z < gap A z).
Proof.
  intros V A B x y r a b N P small z.
  assert (E : z = between x (plus x (minus x y)) (r / dist (m := normed V) x (plus x (minus x y)))).
  { unfold z, between. simpl. replace (minus x (plus x (minus x y))) with (opp (minus x y)) by vectors [x; y].
    rewrite norm_opp. f_equal. f_equal. vectors [x; y]. }
  destruct (step_share x (plus x (minus x y)) r) as [D _]; [|exact P|].
  { intros K. apply N. apply (dist_apart (normed V)). simpl.
    replace (minus x y) with (minus (plus x (minus x y)) x) by vectors [x; y]. rewrite <- K.
    unfold minus. rewrite plus_opp_r. apply norm_zero. }
  rewrite <- E in D. split; [exact D|]. intros H. apply Rnot_le_lt. intros K.
  apply (Rlt_not_le _ _ H). apply (same_side A B a b x z); [lra|exact K].
Qed.

Theorem eq_12_amended : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (x y : V),
  nonempty A -> nonempty B -> x <> y ->
  (forall r, 0 < r -> let z := plus x (scal (r / norm (minus x y)) (minus y x)) in
    dist (m := normed V) x z = r /\ dist (m := normed V) y z = Rabs (norm (minus x y) - r) /\
    (r < gap (frontier A B) x -> norm (minus x y) < r + gap (frontier A B) y ->
     dist (m := normed V) y z < gap (frontier A B) y)) /\
  (norm (minus x y) < gap (frontier A B) x + gap (frontier A B) y -> 0 < gap (frontier A B) x ->
   exists r, 0 < r /\ r < gap (frontier A B) x /\ norm (minus x y) < r + gap (frontier A B) y).
Proof.
  intros V A B x y a b N. pose proof (some_frontier A B a b) as c. split.
  - intros r P z. destruct (step_share x y r N P) as [D D']. split; [exact D|]. split; [exact D'|].
    intros small large. change (dist (m := normed V) y z) with (dist (m := normed V) y (between x y (r / dist (m := normed V) x y))).
    rewrite D'. pose proof (gap_move _ c x y) as K. simpl in *. apply Rabs_def1; lra.
  - intros H P. pose proof (gap_nonneg _ c y).
    exists (Rmax (gap (frontier A B) x / 2) ((gap (frontier A B) x + (norm (minus x y) - gap (frontier A B) y)) / 2)).
    unfold Rmax. destruct Rle_dec; repeat split; lra.
Qed.

Theorem prop_1_descent_amended : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (x y : V) (e : R),
  nonempty A -> nonempty B -> frontier A B y -> norm (minus y x) = gap (frontier A B) x ->
  0 < e -> e <= gap (frontier A B) x -> let z := plus x (scal (e / norm (minus y x)) (minus y x)) in
  gap (frontier A B) z = gap (frontier A B) x - e /\
  (e < gap (frontier A B) x -> sign (hmf A B z) = sign (hmf A B x)).
Proof.
  intros V A B x y e a b K nearest P small z. pose proof (some_frontier A B a b) as c.
  assert (N : x <> y).
  { intros E. subst. unfold minus in nearest. rewrite plus_opp_r, norm_zero in nearest. lra. }
  assert (E : z = between x y (e / dist (m := normed V) x y)).
  { unfold z, between. rewrite (dist_sym (normed V) x y). reflexivity. }
  assert (G : dist (m := normed V) x y = gap (frontier A B) x) by (rewrite (dist_sym (normed V)); exact nearest).
  destruct (step_share x y e N P) as [D D']. rewrite <- E in D, D'. rewrite G, Rabs_right in D' by lra.
  pose proof (gap_le _ c z y K) as U. rewrite (dist_sym (normed V)), D' in U. pose proof (gap_move _ c x z) as L. rewrite D in L.
  assert (Z : gap (frontier A B) z = gap (frontier A B) x - e) by lra. split; [exact Z|].
  intros less. pose proof (same_side A B a b x z ltac:(lra)) as S. unfold hmf.
  destruct (Rle_dec (gap A x)), (Rle_dec (gap A z)); try tauto.
  - rewrite !sign_eq_1; lra.
  - rewrite !sign_eq_m1; lra.
Qed.

Lemma one_step (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (x y : V) (e : R) :
  nonempty A -> nonempty B -> frontier A B y -> norm (minus y x) = gap (frontier A B) x ->
  0 < e -> e <= gap (frontier A B) x -> let h := scal (e / norm (minus y x)) (minus y x) in
  (hmf A B (plus x h) - hmf A B x) / norm h = - sign (hmf A B x).
Proof.
  intros a b K nearest P small h. pose proof (some_frontier A B a b) as c.
  destruct (prop_1_descent_amended V A B x y e a b K nearest P small) as [Z S]. fold h in Z, S.
  assert (H : norm h = e).
  { unfold h. rewrite norm_scale, Rabs_right; [field; lra|]. apply Rle_ge, Rlt_le, Rdiv_lt_0_compat; lra. }
  rewrite H. pose proof (hmf_abs A B x c) as U. pose proof (hmf_abs A B (plus x h) c) as W. rewrite Z in W.
  assert (F : hmf A B x = gap (frontier A B) x \/ hmf A B x = - gap (frontier A B) x)
    by (unfold hmf; destruct Rle_dec; auto).
  destruct (Rle_lt_or_eq_dec e _ small) as [less|equal].
  - specialize (S less). destruct F as [F|F].
    + rewrite (sign_eq_1 (hmf A B x)) in * by lra. 
      destruct (Rle_lt_dec (hmf A B (plus x h)) 0) as [L|L].
      * exfalso. destruct L as [L|L]; [rewrite sign_eq_m1 in S by exact L; lra|rewrite L, sign_0 in S; lra].
      * rewrite Rabs_right in W by lra. rewrite W, F. field. lra.
    + rewrite (sign_eq_m1 (hmf A B x)) in * by lra.
      destruct (Rle_lt_dec 0 (hmf A B (plus x h))) as [L|L].
      * exfalso. destruct L as [L|L]; [rewrite sign_eq_1 in S by exact L; lra|rewrite <- L, sign_0 in S; lra].
      * rewrite Rabs_left in W by lra. replace (hmf A B (plus x h)) with (- (gap (frontier A B) x - e)) by lra.
        rewrite F. field. lra.
  - assert (zero : hmf A B (plus x h) = 0).
    { destruct (Req_dec (hmf A B (plus x h)) 0) as [|M]; [assumption|]. apply Rabs_pos_lt in M. lra. }
    rewrite zero. destruct F as [F|F].
    + rewrite sign_eq_1 by lra. rewrite F, <- equal. field. lra.
    + rewrite sign_eq_m1 by lra. rewrite F, <- equal. field. lra.
Qed.

Theorem prop_1_limit_amended : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (x y : V),
  nonempty A -> nonempty B -> frontier A B y -> norm (minus y x) = gap (frontier A B) x -> ~ frontier A B x ->
  let h e := scal (e / norm (minus y x)) (minus y x) in
  let quotient e := (hmf A B (plus x (h e)) - hmf A B x) / norm (h e) in
  (forall e, 0 < e -> e <= gap (frontier A B) x -> quotient e = - sign (hmf A B x)) /\
  filterlim quotient (at_right 0) (locally (- sign (hmf A B x))).
Proof.
  intros V A B x y a b K nearest out h quotient. pose proof (some_frontier A B a b) as c.
  assert (S : forall e, 0 < e -> e <= gap (frontier A B) x -> quotient e = - sign (hmf A B x)) by exact (fun e P small => one_step V A B x y e a b K nearest P small).
  split; [exact S|]. assert (P : 0 < gap (frontier A B) x).
  { destruct (gap_nonneg _ c x) as [|Z]; [assumption|]. exfalso. apply out. rewrite <- Z in nearest.
    rewrite (dist_apart (normed V) y x nearest) in K. exact K. }
  apply filterlim_ext_loc with (fun _ => - sign (hmf A B x)); [|apply filterlim_const].
  exists (mkposreal _ P). intros e near positive. symmetry. apply S; [exact positive|].
  unfold ball in near; simpl in near. unfold AbsRing_ball, abs, minus, plus, opp in near; simpl in near.
  rewrite Rabs_right in near; lra.
Qed.

(** * A lemma that would fail if the definition were another: between 0 and 4 the HMF is the distance to 2 *)

Lemma test_hmf : hmf (M := line) (fun x => x = 4) (fun x => x = 0) 3 = 1 /\
  hmf (M := line) (fun x => x = 4) (fun x => x = 0) 0 = - 2.
Proof.
  assert (G : forall c x, gap (M := line) (fun z => z = c) x = Rabs (x - c)) by (intros; apply (gap_point (M := line))).
  assert (F : forall x, gap (M := line) (frontier (M := line) (fun z => z = 4) (fun z => z = 0)) x = Rabs (x - 2)).
  { intros x. rewrite <- G. apply gap_same. intros z. unfold frontier. rewrite !G.
    unfold Rabs. repeat destruct Rcase_abs; split; intros; lra. }
  unfold hmf. rewrite !F, !G. rewrite (Rabs_left (3 - 4)), (Rabs_right (3 - 0)), (Rabs_right (3 - 2)), (Rabs_left (0 - 4)),
    (Rabs_right (0 - 0)), (Rabs_left (0 - 2)) by lra. split; destruct Rle_dec; lra.
Qed.
