(** Certificates: Property 1, Corollary 3 and equation 2. *)
From Coq Require Import Reals Lra List ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Vectors Frontier.
Import ListNotations.
Open Scope R_scope.

(** * Metric spaces *)

Theorem property_1 : forall (M : metric) (f : M -> R) (x z : M),
  lipschitz 1 f -> sign (f z) <> sign (f x) -> Rabs (f x) <= dist x z.
Proof.
  intros M f x z H differ. specialize (H x z). rewrite Rmult_1_l in H. apply Rle_trans with (2 := H).
  destruct (Rlt_le_dec 0 (f x)) as [P|P]; [|destruct P as [P|P]].
  - destruct (Rle_lt_dec (f z) 0); [|exfalso; apply differ; rewrite !sign_eq_1; lra].
    rewrite !Rabs_right; lra.
  - destruct (Rle_lt_dec 0 (f z)); [|exfalso; apply differ; rewrite !sign_eq_m1; lra].
    rewrite !Rabs_left1; lra.
  - rewrite P, Rabs_R0. apply Rabs_pos.
Qed.

Theorem table_1_certificates_lipschitz : forall (M : metric) (L : R) (f : M -> R) (x z : M),
  0 < L -> lipschitz L f -> sign (f z) <> sign (f x) -> Rabs (f x) / L <= dist x z.
Proof.
  intros M L f x z P H differ.
  replace (Rabs (f x) / L) with (Rabs (f x / L)).
  - apply (property_1 M (fun x => f x / L)).
    + intros u v. replace (f u / L - f v / L) with ((f u - f v) / L) by (field; lra).
      unfold Rdiv. rewrite Rabs_mult, Rabs_inv, (Rabs_right L), Rmult_1_l by lra.
      apply Rmult_le_reg_l with L; [lra|]. specialize (H u v).
      replace (L * (Rabs (f u - f v) * / L)) with (Rabs (f u - f v)) by (field; lra). exact H.
    + intros E. apply differ. pose proof (Rinv_0_lt_compat L P). unfold Rdiv in E.
      rewrite <- (Rmult_1_r (sign (f z))), <- (Rmult_1_r (sign (f x))), <- (sign_eq_1 (/ L)) by lra.
      rewrite <- !sign_mult. exact E.
  - unfold Rdiv. rewrite Rabs_mult, Rabs_inv, (Rabs_right L); lra.
Qed.

Theorem cor_1_proof_amended : forall (M : metric) (L : R) (g : M -> R), 0 < L -> lipschitz L g ->
  lipschitz 1 (fun x => / L * g x) /\ forall x, sign (/ L * g x) = sign (g x).
Proof.
  intros M L g P H. pose proof (Rinv_0_lt_compat L P). split.
  - intros x y. rewrite <- Rmult_minus_distr_l, Rabs_mult, (Rabs_right (/ L)), Rmult_1_l by lra.
    apply Rmult_le_reg_l with L; [lra|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. apply H.
  - intros x. rewrite sign_mult, (sign_eq_1 (/ L)); lra.
Qed.

(** Two examples of opposite labels share their distance. *)
(** Half the distance of the classes certifies the HMF's answers on them. *)
Lemma certified (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (r : R) : nonempty A -> nonempty B ->
  (forall a b, A a -> B b -> r <= dist a b / 2) -> forall x, A x \/ B x -> r <= Rabs (hmf A B x).
Proof.
  intros a b half x I. destruct (Rle_lt_dec r 0) as [N|P]; [pose proof (Rabs_pos (hmf A B x)); lra|].
  destruct (cor_2_functions V A B (2 * r) a b ltac:(intros u v U W; specialize (half u v U W); lra) x) as [HA HB].
  destruct I as [I|I]; [specialize (HA I); rewrite Rabs_right; lra|specialize (HB I ltac:(lra)); rewrite Rabs_left; lra].
Qed.

Theorem sec_3_2_each_amended :
  (forall (M : metric) (f : M -> R) (x z : M), lipschitz 1 f -> 0 <= f x -> f z <= 0 -> Rabs (f x) + Rabs (f z) <= dist x z) /\
  (forall (M : metric) (A B : M -> Prop) (f : M -> R) (r : R), lipschitz 1 f ->
    (forall a, A a -> 0 <= f a) -> (forall b, B b -> f b <= 0) -> (forall x, A x \/ B x -> r <= Rabs (f x)) ->
    forall a b, A a -> B b -> r <= dist a b / 2) /\
  (forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (r : R), nonempty A -> nonempty B ->
    (forall a b, A a -> B b -> r <= dist a b / 2) -> forall x, A x \/ B x -> r <= Rabs (hmf A B x)).
Proof.
  assert (pair : forall (M : metric) (f : M -> R) (x z : M), lipschitz 1 f -> 0 <= f x -> f z <= 0 -> Rabs (f x) + Rabs (f z) <= dist x z).
  { intros M f x z H P N. rewrite Rabs_right, Rabs_left1 by lra. pose proof (proj1 (lipschitz_le 1 f) H x z). lra. }
  split; [exact pair|]. split.
  - intros M A B f r H HA HB least a b I J. pose proof (pair M f a b H (HA a I) (HB b J)).
    pose proof (least a (or_introl I)). pose proof (least b (or_intror J)). lra.
  - exact certified.
Qed.

(** * The class that equation 10 gives; the radius is the infimum of the distances to points of the other class *)

Definition positive_class {M : metric} (A B : M -> Prop) (x : M) := gap A x <= gap B x.
Definition other_class {M : metric} (A B : M -> Prop) (x z : M) :=
  ~ (positive_class A B x <-> positive_class A B z).
Definition radius {M : metric} (A B : M -> Prop) (x : M) : Rbar :=
  Glb_Rbar (fun r => exists z, other_class A B x z /\ r = dist x z).

(** What makes a normed space Euclidean, and that sets have nearest points, as closed sets of R^n do. *)
Definition euclidean (V : NormedModule R_AbsRing) := exists inner : V -> V -> R,
  (forall x y z, inner (plus x y) z = inner x z + inner y z) /\ (forall t x y, inner (scal t x) y = t * inner x y) /\
  (forall x y, inner x y = inner y x) /\ (forall x, norm x * norm x = inner x x).
Definition has_nearest {M : metric} (S : M -> Prop) := forall x, exists s, S s /\ dist x s = gap S x.

Section Euclid.
Context {V : NormedModule R_AbsRing} (euclid : euclidean V).

Lemma stewart (x y z : V) t : norm (minus (between x y t) z) ^ 2 =
  (1 - t) * norm (minus x z) ^ 2 + t * norm (minus y z) ^ 2 - t * (1 - t) * norm (minus x y) ^ 2.
Proof.
  destruct euclid as [inner [add [scale [sym square]]]].
  replace (minus (between x y t) z) with (plus (scal (1 - t) (minus x z)) (scal t (minus y z)))
    by (unfold between; vectors [x; y; z]).
  replace (minus x y) with (plus (minus x z) (scal (-1) (minus y z))) by (vectors [x; y; z]).
  simpl. rewrite !Rmult_1_r, !square. set (u := minus x z). set (v := minus y z).
  assert (add' : forall x y z, inner x (plus y z) = inner x y + inner x z) by (intros p q r; rewrite (sym p), add, (sym q), (sym r); ring).
  assert (scale' : forall t x y, inner x (scal t y) = t * inner x y) by (intros k p q; rewrite (sym p), scale, (sym q); ring).
  rewrite ?add, ?add', ?scale, ?scale', ?add, ?add', ?scale, ?scale', (sym v u). ring.
Qed.

Lemma towards (A B : normed V -> Prop) (z b : V) t : nonempty A -> is_closed A -> ~ A b -> B b ->
  frontier A B z -> dist (m := normed V) z b = gap B z -> 0 < t -> t <= gap B z ->
  gap B (between z b (t / gap B z)) < gap A (between z b (t / gap B z)).
Proof.
  intros a closed out I K nearest P small. set (r := gap B z) in *. set (s := t / r).
  assert (S : 0 < s <= 1).
  { unfold s. split; [apply Rdiv_lt_0_compat; lra|]. apply Rmult_le_reg_r with r; [lra|].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  assert (T : s * r = t) by (unfold s; field; lra).
  set (w := between z b s).
  pose proof (gap_le B (ex_intro _ b I) w b I) as U. unfold w in U at 2. rewrite between_to, nearest in U by lra.
  fold w in U. pose proof (gap_outside everything A b a closed Logic.I out) as far.
  set (e := gap A b) in *.
  assert (Q : (r - t) ^ 2 + s * e ^ 2 <= gap A w ^ 2).
  { assert (forall c, A c -> (r - t) ^ 2 + s * e ^ 2 <= dist (m := normed V) w c ^ 2).
    { intros c J. simpl dist. unfold w. rewrite stewart.
      change (norm (minus z b)) with (dist (m := normed V) z b). rewrite nearest.
      pose proof (gap_le A a b c J) as X. fold e in X. pose proof (gap_le A a z c J) as Y.
      unfold frontier in K. rewrite K in Y. fold r in Y. simpl in X, Y.
      assert (e ^ 2 <= norm (minus b c) ^ 2) by (apply pow_incr; lra).
      assert (r ^ 2 <= norm (minus z c) ^ 2) by (apply pow_incr; lra).
      assert (r - t = (1 - s) * r) as -> by lra. nra. }
    set (q := sqrt ((r - t) ^ 2 + s * e ^ 2)).
    assert (pos : 0 <= (r - t) ^ 2 + s * e ^ 2) by nra.
    assert (q <= gap A w).
    { apply (gap_ge A a). intros c J. apply Rsqr_incr_0; [|apply sqrt_pos|apply (dist_nonneg (normed V))].
      unfold q. rewrite Rsqr_sqrt by exact pos. rewrite Rsqr_pow2. auto. }
    rewrite <- (Rsqr_sqrt _ pos), Rsqr_pow2. fold q. apply pow_incr. split; [apply sqrt_pos|assumption]. }
  replace ((1 - s) * r) with (r - t) in U by lra.
  apply Rle_lt_trans with (r - t); [exact U|].
  apply Rsqr_incrst_0; [|lra|apply (gap_nonneg A a)]. rewrite !Rsqr_pow2.
  assert (0 < s * e ^ 2) by (apply Rmult_lt_0_compat; [lra|apply pow_lt; exact far]). lra.
Qed.
End Euclid.

Theorem cor_3_attack_amended : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (x z b : V) (t : R),
  euclidean V -> nonempty A -> nonempty B -> is_closed A -> is_closed B -> disjoint A B ->
  frontier A B z -> dist (m := normed V) x z = gap (frontier A B) x -> 0 < t -> t <= norm (minus b z) ->
  let w := plus z (scal (t / norm (minus b z)) (minus b z)) in
  (B b -> norm (minus b z) = gap B z ->
   gap B w < gap A w /\ dist (m := normed V) x w <= Rabs (hmf A B x) + t) /\
  (A b -> norm (minus b z) = gap A z ->
   gap A w < gap B w /\ dist (m := normed V) x w <= Rabs (hmf A B x) + t).
Proof.
  intros V A B x z b t euclid a b' closed closed' apart K near P small w.
  assert (D : dist (m := normed V) x w <= Rabs (hmf A B x) + t).
  { rewrite hmf_abs by (apply some_frontier; assumption). rewrite <- near.
    apply Rle_trans with (1 := dist_triangle (normed V) x z w). apply Rplus_le_compat_l.
    assert (E : w = between z b (t / norm (minus b z))) by reflexivity.
    rewrite E, between_from by (apply Rlt_le, Rdiv_lt_0_compat; lra).
    rewrite (dist_sym (normed V)). simpl. right. field. lra. }
  split; intros I nearest; (split; [|exact D]);
    (assert (E : forall r, norm (minus b z) = r -> w = between z b (t / r)) by (intros r <-; reflexivity));
    rewrite (E _ nearest).
  - apply towards; auto. intros J. exact (apart b J I). rewrite (dist_sym (normed V)). exact nearest. lra.
  - apply towards; auto. intros J. exact (apart b I J). apply frontier_sym, K.
    rewrite (dist_sym (normed V)). exact nearest. lra.
Qed.

Lemma radius_hmf (V : NormedModule R_AbsRing) (A B : normed V -> Prop) (x : V) :
  euclidean V -> nonempty A -> nonempty B -> is_closed A -> is_closed B -> disjoint A B -> has_nearest B ->
  radius A B x = Finite (Rabs (hmf A B x)).
Proof.
  intros euclid a b closed closed' apart nearest. pose proof (some_frontier A B a b) as c.
  rewrite (hmf_abs A B x c). apply is_glb_Rbar_unique. split.
  - intros r [z [other ->]]. simpl. unfold other_class, positive_class in other.
    apply Rnot_lt_le. intros near. apply other. apply (same_side A B a b x z near).
  - intros l lower. apply Rbar_not_lt_le. intros above.
    assert (W : exists w, other_class (M := normed V) A B x w /\ Rbar_lt (dist (m := normed V) x w) l).
    2:{ destruct W as [w [other small]]. apply (Rbar_lt_not_le _ _ small), lower. exists w. auto. }
    assert (exists e, 0 < e /\ Rbar_lt (gap (M := normed V) (frontier (M := normed V) A B) x + 2 * e) l) as [e [P room]].
    { destruct l as [l| |].
      - exists ((l - gap (M := normed V) (frontier (M := normed V) A B) x) / 3). simpl in *. lra.
      - exists 1. split; [lra|exact Logic.I].
      - destruct above. }
    destruct (gap_near _ c x (gap (M := normed V) (frontier (M := normed V) A B) x + e) ltac:(lra)) as [z [K near]].
    destruct (Rle_lt_dec (gap (M := normed V) A x) (gap (M := normed V) B x)) as [side|side].
    + destruct (nearest z) as [s [I N]].
      assert (G : 0 < gap (M := normed V) B z).
      { apply (gap_outside everything); auto. exact Logic.I. intros J.
        destruct (frontier_apart V A B a b closed closed' apart) as [_ [_ off]]. apply (off z); auto. }
      set (t := Rmin e (gap (M := normed V) B z)).
      assert (T : 0 < t /\ t <= e /\ t <= gap (M := normed V) B z) by (unfold t; repeat split; [apply Rmin_glb_lt; lra|apply Rmin_l|apply Rmin_r]).
      pose proof (towards euclid A B z s t a closed (fun J => apart s J I) I K N ltac:(lra) ltac:(lra)) as H.
      exists (between z s (t / gap (M := normed V) B z)). split.
      * unfold other_class, positive_class. intros E. apply E in side. lra.
      * eapply Rbar_le_lt_trans; [|exact room]. simpl.
        apply Rle_trans with (1 := dist_triangle (normed V) x z _).
        pose proof (between_from z s (t / gap (M := normed V) B z) ltac:(apply Rlt_le, Rdiv_lt_0_compat; lra)) as F.
        rewrite N in F. replace (t / gap (M := normed V) B z * gap (M := normed V) B z) with t in F by (field; lra). rewrite F. lra.
    + exists z. split.
      * unfold other_class, positive_class. unfold frontier in K. intros E. assert (gap (M := normed V) A z <= gap (M := normed V) B z) as J by lra. apply E in J. lra.
      * eapply Rbar_le_lt_trans; [|exact room]. simpl. simpl in near. lra.
Qed.

(** * The least certificate: no classifier does better than half the distance of the classes *)

Definition dense_in {M : metric} (X D : M -> Prop) := (forall x, D x -> X x) /\
  forall x e, X x -> 0 < e -> exists d, D d /\ dist x d < e.

Lemma at_most_half (M : metric) (A B D : M -> Prop) (f : M -> R) (r : R) : lipschitz 1 f ->
  dense_in (fun x => A x \/ B x) D -> closed_in (fun x => A x \/ B x) A -> closed_in (fun x => A x \/ B x) B ->
  disjoint A B -> (forall x, D x -> (A x -> 0 <= f x) /\ (B x -> f x <= 0)) ->
  (forall x, A x \/ B x -> r <= Rabs (f x)) -> forall a b, A a -> B b -> r <= dist a b / 2.
Proof.
  intros H [inside dense] closed closed' apart right least a b I J.
  pose proof (proj1 (lipschitz_le 1 f) H) as H'.
  (* f is not negative on A: near a point of A there are points of D of A alone *)
  assert (PA : forall x e, A x -> 0 < e -> exists d, D d /\ A d /\ dist x d < e).
  { intros x e K P. assert (N : ~ B x) by (intros K'; exact (apart x K K')).
    destruct (classic (exists e', 0 < e' /\ forall s, B s -> e' <= dist x s)) as [[e' [P' far]]|none].
    - destruct (dense x (Rmin e e') (or_introl K) ltac:(apply Rmin_glb_lt; lra)) as [d [Dd close]].
      pose proof (Rmin_l e e'). pose proof (Rmin_r e e'). exists d. split; [exact Dd|]. split; [|lra].
      destruct (inside d Dd) as [|Bd]; [assumption|]. specialize (far d Bd). lra.
    - exfalso. apply N, closed'; [left; exact K|]. intros e' P'. apply NNPP. intros none'. apply none.
      exists e'. split; [exact P'|]. intros s Bs. apply Rnot_lt_le. intros close. apply none'. exists s. auto. }
  assert (PB : forall x e, B x -> 0 < e -> exists d, D d /\ B d /\ dist x d < e).
  { intros x e K P. assert (N : ~ A x) by (intros K'; exact (apart x K' K)).
    destruct (classic (exists e', 0 < e' /\ forall s, A s -> e' <= dist x s)) as [[e' [P' far]]|none].
    - destruct (dense x (Rmin e e') (or_intror K) ltac:(apply Rmin_glb_lt; lra)) as [d [Dd close]].
      pose proof (Rmin_l e e'). pose proof (Rmin_r e e'). exists d. split; [exact Dd|]. split; [|lra].
      destruct (inside d Dd) as [Ad|]; [|assumption]. specialize (far d Ad). lra.
    - exfalso. apply N, closed; [right; exact K|]. intros e' P'. apply NNPP. intros none'. apply none.
      exists e'. split; [exact P'|]. intros s As. apply Rnot_lt_le. intros close. apply none'. exists s. auto. }
  apply Rnot_lt_le. intros more. set (e := (2 * r - dist a b) / 3). assert (0 < e) by (unfold e; lra).
  destruct (PA a e I) as [u [Du [Au near]]]; [assumption|]. destruct (PB b e J) as [v [Dv [Bv near']]]; [assumption|].
  pose proof (proj1 (right u Du) Au) as pu. pose proof (proj2 (right v Dv) Bv) as pv.
  pose proof (least u (or_introl Au)) as lu. pose proof (least v (or_intror Bv)) as lv.
  rewrite Rabs_right in lu by lra. rewrite Rabs_left1 in lv by lra.
  pose proof (H' u v). pose proof (dist_triangle M u a v). pose proof (dist_triangle M a b v).
  rewrite (dist_sym M u a) in *. unfold e in *. lra.
Qed.

Theorem cor_3_best_amended : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop), nonempty A -> nonempty B ->
  is_closed A -> is_closed B -> disjoint A B ->
  (forall (D : normed V -> Prop) (f : normed V -> R), lipschitz 1 f -> dense_in (fun x => A x \/ B x) D ->
    (forall x, D x -> (A x -> 0 <= f x) /\ (B x -> f x <= 0)) -> forall r, (forall x, A x \/ B x -> r <= Rabs (f x)) ->
    forall x, A x \/ B x -> r <= Rabs (hmf A B x)) /\
  (forall r, (forall x, A x \/ B x -> r <= Rabs (hmf A B x)) <-> (forall a b, A a -> B b -> r <= dist a b / 2)).
Proof.
  intros V A B a b closed closed' apart.
  assert (G : forall (D : normed V -> Prop) (f : normed V -> R), lipschitz 1 f -> dense_in (fun x => A x \/ B x) D ->
    (forall x, D x -> (A x -> 0 <= f x) /\ (B x -> f x <= 0)) -> forall r, (forall x, A x \/ B x -> r <= Rabs (f x)) ->
    forall a b, A a -> B b -> r <= dist a b / 2).
  { intros D f H dense right r least. apply (at_most_half (normed V) A B D f); auto.
    - intros x _. apply closed. exact Logic.I.
    - intros x _. apply closed'. exact Logic.I. }
  split.
  - intros D f H dense right r least. apply certified; auto. exact (G D f H dense right r least).
  - intros r. split; [|apply certified; assumption]. apply (G (fun x => A x \/ B x)).
    + apply eq_11_banach_amended; assumption.
    + split; [auto|]. intros x e I P. exists x. split; [exact I|]. rewrite (dist_self (normed V)). exact P.
    + intros x _. destruct (prop_1_sign V A B a b closed closed' apart x) as [HA HB]. split; intros I; apply Rlt_le; auto.
Qed.

Theorem eq_2_amended : forall (V : NormedModule R_AbsRing) (A B D : normed V -> Prop), disjoint A B ->
  nonempty A -> nonempty B -> is_closed A -> is_closed B ->
  (forall (h : normed V -> bool) (r : R), dense_in (fun x => A x \/ B x) D ->
    (forall x, D x -> (A x -> h x = true) /\ (B x -> h x = false)) ->
    (forall x z, D x -> h z <> h x -> r <= dist x z) -> forall a b, A a -> B b -> r <= dist a b / 2) /\
  (forall r, (forall a b, A a -> B b -> r <= dist a b / 2) ->
    forall x z, A x \/ B x -> other_class A B x z -> r <= dist x z).
Proof.
  intros V A B D apart a b closed closed'. split.
  - intros h r [inside dense] right least u v I J.
    apply Rnot_lt_le. intros more. set (e := (2 * r - dist u v) / 3). assert (P : 0 < e) by (unfold e; lra).
    pose proof (gap_outside everything B u b closed' Logic.I (fun K => apart u I K)) as far.
    pose proof (gap_outside everything A v a closed Logic.I (fun K => apart v K J)) as far'.
    destruct (dense u (Rmin e (gap B u)) (or_introl I) ltac:(apply Rmin_glb_lt; lra)) as [d [Dd close]].
    destruct (dense v (Rmin e (gap A v)) (or_intror J) ltac:(apply Rmin_glb_lt; lra)) as [d' [Dd' close']].
    pose proof (Rmin_l e (gap B u)). pose proof (Rmin_r e (gap B u)).
    pose proof (Rmin_l e (gap A v)). pose proof (Rmin_r e (gap A v)).
    assert (Ad : h d = true).
    { apply right; [exact Dd|]. destruct (inside d Dd) as [|K]; [assumption|]. pose proof (gap_le B b u d K). lra. }
    assert (Bd : h d' = false).
    { apply right; [exact Dd'|]. destruct (inside d' Dd') as [K|]; [|assumption]. pose proof (gap_le A a v d' K). lra. }
    pose proof (between_from (V := V) d d' (1 / 2) ltac:(lra)) as F. pose proof (between_to (V := V) d d' (1 / 2) ltac:(lra)) as T.
    rewrite (dist_sym (normed V)) in T.
    pose proof (dist_triangle (normed V) d u d'). pose proof (dist_triangle (normed V) u v d').
    rewrite (dist_sym (normed V) d u) in *.
    destruct (h (between d d' (1 / 2))) eqn:E.
    + pose proof (least d' (between d d' (1 / 2)) Dd' ltac:(congruence)). unfold e in *. lra.
    + pose proof (least d (between d d' (1 / 2)) Dd ltac:(congruence)). unfold e in *. lra.
  - intros r half x z I other. destruct (Rle_lt_dec r 0) as [N|P]; [pose proof (dist_nonneg (normed V) x z); lra|].
    pose proof (some_frontier A B a b) as c.
    assert (L : r <= gap (frontier A B) x) by (rewrite <- (hmf_abs A B x c); apply certified; assumption).
    apply Rnot_lt_le. intros near. apply other. unfold positive_class. apply (same_side A B a b x z). lra.
Qed.

Lemma test_euclidean : euclidean R_NormedModule.
Proof.
  exists Rmult. repeat split; intros; unfold plus, scal, norm; simpl; unfold mult; simpl; try ring.
  unfold abs; simpl. rewrite <- Rabs_mult. apply Rabs_right. nra.
Qed.

(** Products of Euclidean spaces are Euclidean: so R^n is, as R x (R x ...). *)
Lemma test_euclidean_product (U V : NormedModule R_AbsRing) :
  euclidean U -> euclidean V -> euclidean (prod_NormedModule _ U V).
Proof.
  intros [i [a [s [c q]]]] [i' [a' [s' [c' q']]]]. exists (fun x y => i (fst x) (fst y) + i' (snd x) (snd y)).
  repeat split; intros; unfold plus, scal; simpl.
  - rewrite a, a'. ring.
  - rewrite s, s'. ring.
  - rewrite c, c'. ring.
  - unfold norm; simpl. unfold prod_norm. rewrite sqrt_sqrt.
    + rewrite <- q, <- q'. simpl. ring.
    + apply Rplus_le_le_0_compat; apply pow2_ge_0.
Qed.

(** Between {4} and {0} the radius at 3 is the distance to 2, which is of the class of 4: an infimum that is not attained. *)
Lemma test_radius : radius (M := line) (fun x => x = 4) (fun x => x = 0) 3 = 1.
Proof.
  assert (side : forall t, positive_class (M := line) (fun x => x = 4) (fun x => x = 0) t <-> 2 <= t).
  { intros t. unfold positive_class. rewrite !(gap_point (M := line)). simpl. unfold Rabs. repeat destruct Rcase_abs; split; intros; lra. }
  apply is_glb_Rbar_unique. split.
  - intros r [t [other ->]]. unfold other_class in other. rewrite !side in other. simpl. apply Rnot_lt_le. intros near.
    apply other. apply Rabs_def2 in near. split; intros; lra.
  - intros l lower.
    assert (beyond : forall e, 0 < e -> Rbar_le l (1 + e)).
    { intros e P. apply lower. exists (2 - e). split; [|simpl; rewrite Rabs_right; lra].
      unfold other_class. rewrite !side. intros [K _]. lra. }
    destruct l as [l| |]; simpl in *; [|exact (beyond 1 ltac:(lra))|exact Logic.I].
    apply Rnot_lt_le. intros H. specialize (beyond ((l - 1) / 2) ltac:(lra)). lra.
Qed.

Lemma test_dense_in : dense_in (M := line) everything (fun x => x <> 0) /\ ~ dense_in (M := line) everything (fun x => x < 0) /\
  ~ dense_in (M := line) (fun x => x < 1) (fun x => x <> 0).
Proof.
  split; [|split].
  - split; [intros; exact Logic.I|]. intros x e _ P. destruct (Req_dec x 0) as [->|N].
    + exists (e / 2). split; [lra|]. simpl. rewrite Rabs_left; lra.
    + exists x. split; [exact N|]. rewrite (dist_self line). exact P.
  - intros [_ H]. destruct (H 1 1 Logic.I ltac:(lra)) as [d [D K]]. simpl in K. rewrite Rabs_right in K; lra.
  - intros [H _]. specialize (H 1 ltac:(lra)). lra.
Qed.

Lemma test_has_nearest : has_nearest (M := line) (fun x => x = 0) /\ ~ has_nearest (M := line) (fun x => 0 < x).
Proof.
  split.
  - intros x. exists 0. split; [reflexivity|]. rewrite (gap_point (M := line)). reflexivity.
  - intros H. destruct (H 0) as [s [I E]]. simpl in E. rewrite Rabs_left in E by lra.
    pose proof (gap_le (M := line) (fun x => 0 < x) (ex_intro _ s I) 0 (s / 2) ltac:(lra)) as K. simpl in K. rewrite Rabs_left in K; lra.
Qed.
