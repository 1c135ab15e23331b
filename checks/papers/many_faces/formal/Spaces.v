(** What all the theorems are about: metric spaces, Lipschitz functions, distances to sets, finite sums. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(** * Metric spaces *)

Record metric := Metric {
  point :> Type;
  dist : point -> point -> R;
  dist_self : forall x, dist x x = 0;
  dist_apart : forall x y, dist x y = 0 -> x = y;
  dist_sym : forall x y, dist x y = dist y x;
  dist_triangle : forall x y z, dist x z <= dist x y + dist y z }.
Arguments dist {m} _ _.

Lemma dist_nonneg (M : metric) (x y : M) : 0 <= dist x y.
Proof.
  pose proof (dist_triangle M x y x) as H. rewrite (dist_self M), (dist_sym M y x) in H. lra.
Qed.

Definition line : metric.
Proof.
  refine (Metric R (fun x y => Rabs (x - y)) _ _ _ _); intros.
  - rewrite Rminus_diag_eq, Rabs_R0; auto.
  - destruct (Req_dec x y) as [|N]; [assumption|]. apply Rminus_eq_contra, Rabs_pos_lt in N. lra.
  - apply Rabs_minus_sym.
  - replace (x - z) with ((x - y) + (y - z)) by ring. apply Rabs_triang.
Defined.

(** A normed space with the distance of its norm; Coquelicot's products have the Euclidean norm, so that R x (R x ...) is
    the n-dimensional Euclidean space. *)
Definition normed (V : NormedModule R_AbsRing) : metric.
Proof.
  refine (Metric V (fun x y => norm (minus x y)) _ _ _ _); intros.
  - unfold minus. rewrite plus_opp_r. apply norm_zero.
  - apply norm_eq_zero in H. rewrite <- (plus_zero_r x), <- (plus_opp_l y), plus_assoc.
    change (plus x (opp y)) with (minus x y). rewrite H. apply plus_zero_l.
  - rewrite <- norm_opp. f_equal. unfold minus. rewrite opp_plus, opp_opp. apply plus_comm.
  - replace (minus x z) with (plus (minus x y) (minus y z)) by (symmetry; apply minus_trans).
    apply norm_triangle.
Defined.

(** * Lipschitz functions *)

Definition lipschitz {M : metric} (L : R) (f : M -> R) := forall x y, Rabs (f x - f y) <= L * dist x y.

Lemma lipschitz_le {M : metric} L (f : M -> R) : lipschitz L f <-> forall x y, f x - f y <= L * dist x y.
Proof.
  split; intros H x y.
  - eapply Rle_trans; [apply Rle_abs|apply H].
  - apply Rabs_le. split; [|apply H]. pose proof (H y x) as K. rewrite (dist_sym M) in K. lra.
Qed.

(** * The distance to a set, as an infimum; 0 for the empty set *)

Definition gap {M : metric} (S : M -> Prop) (x : M) : R :=
  real (Glb_Rbar (fun r => exists s, S s /\ r = dist x s)).

Definition nonempty {T} (S : T -> Prop) := exists s, S s.
Definition disjoint {T} (A B : T -> Prop) := forall x, A x -> B x -> False.

Section Gap.
Context {M : metric} (S : M -> Prop) (some : nonempty S).

Lemma gap_glb x : is_glb_Rbar (fun r => exists s, S s /\ r = dist x s) (Finite (gap S x)).
Proof.
  unfold gap. destruct (Glb_Rbar_correct (fun r => exists s, S s /\ r = dist x s)) as [lower greatest].
  destruct some as [s inside].
  assert (finite : is_finite (Glb_Rbar (fun r => exists s, S s /\ r = dist x s))).
  { pose proof (lower (dist x s) (ex_intro _ s (conj inside eq_refl))) as above.
    assert (below : Rbar_le 0 (Glb_Rbar (fun r => exists s, S s /\ r = dist x s))).
    { apply greatest. intros r [t [_ ->]]. apply dist_nonneg. }
    destruct (Glb_Rbar _); simpl in *; try contradiction. reflexivity. }
  rewrite finite. split; assumption.
Qed.

Lemma gap_le x s : S s -> gap S x <= dist x s.
Proof. intros H. apply (proj1 (gap_glb x) (dist x s)). exists s. auto. Qed.

Lemma gap_ge x r : (forall s, S s -> r <= dist x s) -> r <= gap S x.
Proof. intros H. apply (proj2 (gap_glb x) (Finite r)). intros ? [s [I ->]]. simpl. auto. Qed.

Lemma gap_near x r : gap S x < r -> exists s, S s /\ dist x s < r.
Proof.
  intros H. apply NNPP. intros N. apply (Rlt_not_le _ _ H), gap_ge. intros s I.
  apply Rnot_lt_le. intros K. apply N. exists s. auto.
Qed.

Lemma gap_nonneg x : 0 <= gap S x.
Proof. apply gap_ge. intros. apply dist_nonneg. Qed.

Lemma gap_move x y : gap S x <= gap S y + dist x y.
Proof.
  assert (gap S x - dist x y <= gap S y); [|lra].
  apply gap_ge. intros s I. pose proof (gap_le x s I). pose proof (dist_triangle M x y s). lra.
Qed.

Lemma gap_lipschitz : lipschitz 1 (gap S).
Proof. apply lipschitz_le. intros x y. pose proof (gap_move x y). lra. Qed.

Lemma gap_inside x : S x -> gap S x = 0.
Proof.
  intros I. apply Rle_antisym; [|apply gap_nonneg]. rewrite <- (dist_self M x). apply gap_le, I.
Qed.
End Gap.

Lemma gap_point {M : metric} (c x : M) : gap (fun z => z = c) x = dist x c.
Proof.
  assert (some : nonempty (fun z => z = c)) by (exists c; reflexivity). apply Rle_antisym.
  - apply gap_le; auto.
  - apply gap_ge; [exact some|]. intros s ->. apply Rle_refl.
Qed.

(** A set is closed in another that holds it if it has all its limit points there. *)
Definition closed_in {M : metric} (X S : M -> Prop) :=
  forall x, X x -> (forall e, 0 < e -> exists s, S s /\ dist x s < e) -> S x.
Definition everything {T} (x : T) := True.
Definition is_closed {M : metric} (S : M -> Prop) := closed_in everything S.

Lemma gap_outside {M : metric} (X S : M -> Prop) x :
  nonempty S -> closed_in X S -> X x -> ~ S x -> 0 < gap S x.
Proof.
  intros some closed I out. destruct (gap_nonneg S some x) as [|zero]; [assumption|]. exfalso.
  apply out, closed; [assumption|]. intros e positive. apply gap_near; [assumption|]. lra.
Qed.

Lemma point_closed {M : metric} (c : M) : is_closed (fun z => z = c).
Proof.
  intros x _ near. apply (dist_apart M), Rle_antisym; [|apply dist_nonneg]. apply Rnot_lt_le. intros P.
  destruct (near _ P) as [s [-> K]]. lra.
Qed.

(** * Finite sums *)

Fixpoint sum (n : nat) (f : nat -> R) : R := match n with O => 0 | S k => sum k f + f k end.

Lemma sum_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof. induction n; simpl; intros H; [reflexivity|]. rewrite IHn, H; auto. Qed.

Lemma sum_le n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof. induction n; simpl; intros H; [lra|]. apply Rplus_le_compat; auto. Qed.

Lemma sum_plus n f g : sum n (fun i => f i + g i) = sum n f + sum n g.
Proof. induction n; simpl; [ring|]. rewrite IHn. ring. Qed.

Lemma sum_minus n f g : sum n (fun i => f i - g i) = sum n f - sum n g.
Proof. induction n; simpl; [ring|]. rewrite IHn. ring. Qed.

Lemma sum_scale n c f : sum n (fun i => c * f i) = c * sum n f.
Proof. induction n; simpl; [ring|]. rewrite IHn. ring. Qed.

Lemma sum_const n c : sum n (fun _ => c) = INR n * c.
Proof. induction n; [simpl; ring|]. rewrite S_INR. simpl sum. rewrite IHn. ring. Qed.

Lemma sum_zero n : sum n (fun _ => 0) = 0.
Proof. rewrite sum_const. ring. Qed.

Lemma sum_swap p q f : sum p (fun i => sum q (f i)) = sum q (fun j => sum p (fun i => f i j)).
Proof. induction p; simpl; [rewrite sum_zero; reflexivity|]. rewrite IHp, <- sum_plus. reflexivity. Qed.

Lemma sum_nonneg n f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= sum n f.
Proof. intros H. rewrite <- (sum_zero n). apply sum_le, H. Qed.

Lemma sum_term n f i : (forall k, (k < n)%nat -> 0 <= f k) -> (i < n)%nat -> f i <= sum n f.
Proof.
  induction n; intros H I; [lia|]. simpl. destruct (Nat.eq_dec i n) as [->|].
  - pose proof (sum_nonneg n f ltac:(auto)). lra.
  - pose proof (IHn ltac:(auto) ltac:(lia)). pose proof (H n ltac:(lia)). lra.
Qed.

Lemma sum_pos n f : (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < f i) -> 0 < sum n f.
Proof.
  intros some H. apply Rlt_le_trans with (f 0%nat); [auto|]. apply sum_term; auto. intros. apply Rlt_le; auto.
Qed.

Lemma sum_tight n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f = sum n g ->
  forall i, (i < n)%nat -> f i = g i.
Proof.
  intros H E i I. apply Rle_antisym; [auto|]. apply Rnot_lt_le. intros K.
  pose proof (sum_term n (fun k => g k - f k) i ltac:(intros k J; specialize (H k J); lra) I) as T.
  rewrite sum_minus in T. simpl in T. lra.
Qed.

(** * Lemmas that would fail if a definition were another *)

Lemma test_line (x y : line) : dist x y = Rabs (x - y).
Proof. reflexivity. Qed.

Lemma test_plane : dist (m := normed (prod_NormedModule _ R_NormedModule R_NormedModule)) (0, 0) (3, 4) = 5.
Proof.
  simpl. unfold norm, minus, plus, opp; simpl. unfold prod_norm; simpl. unfold norm, plus, opp; simpl. unfold abs; simpl.
  rewrite !Rabs_left by lra.
  replace (- (0 + - (3)) * (- (0 + - (3)) * 1) + - (0 + - (4)) * (- (0 + - (4)) * 1)) with (5 * 5) by ring.
  apply sqrt_square. lra.
Qed.

Lemma test_gap : gap (M := line) (fun s => s = 1 \/ s = 5) 3 = 2.
Proof.
  apply Rle_antisym.
  - replace 2 with (dist (m := line) 3 1) by (simpl; rewrite Rabs_right; lra).
    apply gap_le; [exists 1; auto|auto].
  - apply gap_ge; [exists 1; auto|]. simpl. intros s [-> | ->]; unfold Rabs; destruct Rcase_abs; lra.
Qed.

(** [x <= 1] has its limit points, [x < 1] has them in itself only. *)
Lemma test_closed : is_closed (M := line) (fun x => x <= 1) /\ ~ is_closed (M := line) (fun x => x < 1) /\
  closed_in (M := line) (fun x => x <> 1) (fun x => x < 1).
Proof.
  assert (G : forall x : line, (forall e, 0 < e -> exists s : line, s <= 1 /\ dist x s < e) -> x <= 1).
  { intros x near. apply Rnot_lt_le. intros H. destruct (near (x - 1) ltac:(lra)) as [s [I K]]. simpl in K.
    rewrite Rabs_right in K; lra. }
  split; [|split].
  - intros x _. apply G.
  - intros closed. apply (Rlt_irrefl 1), (closed 1 I). intros e P. exists (1 - e / 2). split; [lra|]. simpl. rewrite Rabs_right; lra.
  - intros x N near. apply Rnot_le_lt. intros [H|H]; [|auto]. apply (Rlt_not_le _ _ H), G. intros e P.
    destruct (near e P) as [s [K L]]. exists s. split; [lra|exact L].
Qed.

Lemma test_lipschitz : lipschitz (M := line) 2 (fun x => 2 * x) /\ ~ lipschitz (M := line) 1 (fun x => 2 * x).
Proof.
  split.
  - intros x y. rewrite <- Rmult_minus_distr_l, Rabs_mult, (Rabs_right 2) by lra. apply Rle_refl.
  - intros H. specialize (H 1 0). simpl in H. replace (2 * 1 - 2 * 0) with 2 in H by ring.
    rewrite !Rabs_right in H; lra.
Qed.

Lemma test_sum : sum 4 (fun i => INR i) = 6.
Proof. simpl. ring. Qed.
