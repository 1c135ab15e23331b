(** The least risk over all L-Lipschitz functions of a finite weighted sample: extensions, duality, bounds on minimisers. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses Entropy.
Open Scope R_scope.

(** [many] examples x_i of label +1 with weights, [others] examples z_j of label -1 with weights. *)
Record sample (M : metric) := Sample {
  many : nat; x : nat -> M; w : nat -> R;
  others : nat; z : nat -> M; v : nat -> R }.
Arguments many {M}. Arguments x {M}. Arguments w {M}. Arguments others {M}. Arguments z {M}. Arguments v {M}.

Definition weighted {M} (S : sample M) :=
  (forall i, (i < many S)%nat -> 0 < w S i) /\ (forall j, (j < others S)%nat -> 0 < v S j).
Definition both_labels {M} (S : sample M) := (0 < many S)%nat /\ (0 < others S)%nat.
Definition mass_pos {M} (S : sample M) := sum (many S) (w S).
Definition mass_neg {M} (S : sample M) := sum (others S) (v S).

(** The risk of [f] for a loss of the margin. *)
Definition risk {M} (loss : R -> R) (S : sample M) (f : M -> R) : R :=
  sum (many S) (fun i => w S i * loss (f (x S i))) + sum (others S) (fun j => v S j * loss (- f (z S j))).
Definition minimises {M} (loss : R -> R) (S : sample M) (L : R) (f : M -> R) :=
  lipschitz L f /\ forall g, lipschitz L g -> risk loss S f <= risk loss S g.

(** * Extensions *)

(** The least of finitely many numbers. *)
Fixpoint least (n : nat) (f : nat -> R) : R := match n with O => f 0%nat | S k => Rmin (least k f) (f (S k)) end.

Lemma least_le n f i : (i <= n)%nat -> least n f <= f i.
Proof.
  induction n; intros I; simpl; [replace i with 0%nat by lia; apply Rle_refl|].
  destruct (Nat.eq_dec i (S n)) as [->|]; [apply Rmin_r|]. apply Rle_trans with (1 := Rmin_l _ _), IHn. lia.
Qed.

Lemma least_ge n f r : (forall i, (i <= n)%nat -> r <= f i) -> r <= least n f.
Proof. induction n; intros H; simpl; [apply H; lia|]. apply Rmin_glb; [apply IHn; intros; apply H; lia|apply H; lia]. Qed.

Lemma least_in n f : exists i, (i <= n)%nat /\ least n f = f i.
Proof.
  induction n as [|n [i [I E]]]; [exists 0%nat; auto|]. simpl. unfold Rmin. destruct Rle_dec; [exists i; auto|exists (S n); auto].
Qed.

Lemma least_lipschitz (M : metric) n (c : nat -> R) (p : nat -> M) L : 0 <= L ->
  lipschitz L (fun u => least n (fun i => c i + L * dist u (p i))).
Proof.
  intros P. apply lipschitz_le. intros a b. destruct (least_in n (fun i => c i + L * dist b (p i))) as [i [I ->]].
  pose proof (least_le n (fun i => c i + L * dist a (p i)) i I) as H. cbv beta in H.
  pose proof (Rmult_le_compat_l L _ _ P (dist_triangle M a b (p i))). lra.
Qed.

Lemma least_extension (M : metric) (n : nat) (p : nat -> M) (value : nat -> R) (L : R) : 0 <= L ->
  (forall i j, (i <= n)%nat -> (j <= n)%nat -> value i - value j <= L * dist (p i) (p j)) ->
  let f u := least n (fun i => value i + L * dist u (p i)) in
  lipschitz L f /\ (forall i, (i <= n)%nat -> f (p i) = value i) /\
  forall g, lipschitz L g -> (forall i, (i <= n)%nat -> g (p i) = value i) -> forall u, g u <= f u.
Proof.
  intros P H f. split; [apply least_lipschitz, P|]. split.
  - intros i I. apply Rle_antisym.
    + pose proof (least_le n (fun j => value j + L * dist (p i) (p j)) i I) as K. cbv beta in K. rewrite (dist_self M) in K. unfold f. lra.
    + apply least_ge. intros j J. pose proof (H i j I J). lra.
  - intros g G E u. apply least_ge. intros i I. pose proof (proj1 (lipschitz_le L g) G u (p i)) as K. rewrite (E i I) in K. lra.
Qed.

(** McShane's extension: values that are L-Lipschitz on finitely many points are those of an L-Lipschitz function. *)
Theorem mcshane : forall (M : metric) (n : nat) (p : nat -> M) (value : nat -> R) (L : R), 0 <= L ->
  (forall i j, (i <= n)%nat -> (j <= n)%nat -> value i - value j <= L * dist (p i) (p j)) ->
  exists f : M -> R, lipschitz L f /\ (forall i, (i <= n)%nat -> f (p i) = value i) /\
    forall g, lipschitz L g -> (forall i, (i <= n)%nat -> g (p i) = value i) -> forall u, g u <= f u.
Proof. intros M n p c L P H. eexists. exact (least_extension M n p c L P H). Qed.

Lemma opposite_lipschitz (M : metric) L (f : M -> R) : lipschitz L f -> lipschitz L (fun u => - f u).
Proof. intros H a b. replace (- f a - - f b) with (- (f a - f b)) by ring. rewrite Rabs_Ropp. apply H. Qed.

(** Two minimisers agree on the sample: their mean would be better. *)
Lemma minimisers_agree (M : metric) (S : sample M) (L : R) (f g : M -> R) : weighted S ->
  minimises bce S L f -> minimises bce S L g ->
  (forall i, (i < many S)%nat -> g (x S i) = f (x S i)) /\ (forall j, (j < others S)%nat -> g (z S j) = f (z S j)).
Proof.
  intros [W V] [F least] [G least']. set (h := fun u => (f u + g u) / 2).
  assert (H : lipschitz L h).
  { apply lipschitz_le. intros a b. pose proof (proj1 (lipschitz_le L f) F a b). pose proof (proj1 (lipschitz_le L g) G a b). unfold h. lra. }
  (* what convexity saves at an example, of logits s and t *)
  set (saved := fun c s t => c * (bce s + bce t - 2 * bce ((s + t) / 2))).
  assert (N : forall c s t, 0 < c -> 0 <= saved c s t).
  { intros c s t C. pose proof (bce_convex s t). apply Rmult_le_pos; lra. }
  set (a := fun i => saved (w S i) (f (x S i)) (g (x S i))). set (b := fun j => saved (v S j) (- f (z S j)) (- g (z S j))).
  assert (E : sum (many S) a + sum (others S) b = risk bce S f + risk bce S g - 2 * risk bce S h).
  { unfold risk.
    rewrite (sum_ext (many S) a (fun i => w S i * bce (f (x S i)) + w S i * bce (g (x S i)) - 2 * (w S i * bce (h (x S i)))))
      by (intros; unfold a, saved, h; ring).
    rewrite (sum_ext (others S) b (fun j => v S j * bce (- f (z S j)) + v S j * bce (- g (z S j)) - 2 * (v S j * bce (- h (z S j))))).
    2:{ intros. unfold b, saved, h. replace (- ((f (z S i) + g (z S i)) / 2)) with ((- f (z S i) + - g (z S i)) / 2) by field. ring. }
    rewrite !sum_minus, !sum_plus, !sum_scale. ring. }
  pose proof (least h H). pose proof (least' h H).
  assert (A : forall i, (i < many S)%nat -> 0 <= a i) by (intros; apply N; auto).
  assert (B : forall j, (j < others S)%nat -> 0 <= b j) by (intros; apply N; auto).
  pose proof (sum_nonneg _ _ A). pose proof (sum_nonneg _ _ B).
  assert (Z : forall c s t, 0 < c -> saved c s t <= 0 -> s = t).
  { intros c s t C K. apply bce_convex_strict. apply Rmult_le_reg_l with c; [exact C|]. unfold saved in K. lra. }
  split; intros k K.
  - pose proof (sum_term _ _ k A K). symmetry. apply (Z (w S k)); [auto|]. unfold a in *. lra.
  - pose proof (sum_term _ _ k B K). assert (- f (z S k) = - g (z S k)); [apply (Z (v S k)); [auto|]; unfold b in *; lra|lra].
Qed.

(** The extensions of values lie between Whitney's and McShane's, which are two of them. *)
Theorem eq_4_unique :
  (forall (M : metric) (S : sample M) (L : R) (f g : M -> R), weighted S -> minimises bce S L f ->
    (minimises bce S L g <-> lipschitz L g /\ (forall i, (i < many S)%nat -> g (x S i) = f (x S i)) /\
      forall j, (j < others S)%nat -> g (z S j) = f (z S j))) /\
  (forall (M : metric) (n : nat) (p : nat -> M) (value : nat -> R) (L : R) (g : M -> R),
    0 <= L -> lipschitz L g -> (forall i, (i <= n)%nat -> g (p i) = value i) ->
    let low u := - least n (fun i => - (value i - L * dist u (p i))) in
    let high u := least n (fun i => value i + L * dist u (p i)) in
    lipschitz L low /\ lipschitz L high /\ (forall i, (i <= n)%nat -> low (p i) = value i /\ high (p i) = value i) /\
    forall u, low u <= g u /\ g u <= high u).
Proof.
  split.
  - intros M S L f g W [F best]. split.
    + intros G. split; [exact (proj1 G)|]. apply (minimisers_agree M S L f g); auto. split; assumption.
    + intros [G [A B]]. split; [exact G|]. intros h H. replace (risk bce S g) with (risk bce S f); [apply best, H|].
      unfold risk. f_equal; apply sum_ext; intros k K; rewrite ?A, ?B by exact K; reflexivity.
  - intros M n p c L g P G E low high.
    assert (C : forall i j, (i <= n)%nat -> (j <= n)%nat -> c i - c j <= L * dist (p i) (p j)).
    { intros i j I J. rewrite <- (E i I), <- (E j J). apply lipschitz_le, G. }
    destruct (least_extension M n p c L P C) as [F [T most]].
    destruct (least_extension M n p (fun i => - c i) L P) as [F' [T' most']].
    { intros i j I J. pose proof (C j i J I). rewrite (dist_sym M (p j)) in *. lra. }
    assert (same : forall u, low u = - least n (fun i => - c i + L * dist u (p i))).
    { intros u. unfold low. f_equal. apply Rle_antisym; apply least_ge; intros i I.
      - eapply Rle_trans; [apply (least_le n _ i I)|]. cbv beta. lra.
      - eapply Rle_trans; [apply (least_le n _ i I)|]. cbv beta. lra. }
    split; [|split; [exact F|split]].
    + intros a b. rewrite !same. apply (opposite_lipschitz M L _ F').
    + intros i I. split; [|apply T, I]. rewrite same. rewrite <- (Ropp_involutive (c i)). f_equal. apply (T' i I).
    + intros u. split; [|apply most; assumption]. rewrite same.
      pose proof (most' (fun u => - g u) (opposite_lipschitz M L g G) (fun i I => f_equal Ropp (E i I)) u) as K. cbv beta in K. lra.
Qed.

Theorem eq_4_pairs : forall (M : metric) (S : sample M) (L : R) (loss : R -> R) (a b : nat -> R), weighted S -> both_labels S ->
  0 <= L -> (forall s t, s <= t -> loss t <= loss s) ->
  (forall i j, (i < many S)%nat -> (j < others S)%nat -> a i - b j <= L * dist (x S i) (z S j)) ->
  exists f, lipschitz L f /\ (forall i, (i < many S)%nat -> a i <= f (x S i)) /\
    (forall j, (j < others S)%nat -> - b j <= - f (z S j)) /\
    risk loss S f <= sum (many S) (fun i => w S i * loss (a i)) + sum (others S) (fun j => v S j * loss (- b j)).
Proof.
  intros M S L loss a b [W V] [_ some] P fall H. destruct (others S) as [|n] eqn:N; [lia|].
  set (f := fun u => least n (fun j => b j + L * dist u (z S j))). exists f.
  assert (up : forall i, (i < many S)%nat -> a i <= f (x S i)).
  { intros i I. apply least_ge. intros j J. specialize (H i j I ltac:(lia)). lra. }
  assert (down : forall j, (j < Datatypes.S n)%nat -> - b j <= - f (z S j)).
  { intros j J. pose proof (least_le n (fun k => b k + L * dist (z S j) (z S k)) j ltac:(lia)) as K. cbv beta in K.
    rewrite (dist_self M) in K. unfold f. lra. }
  split; [apply least_lipschitz, P|]. split; [exact up|]. split; [exact down|]. unfold risk. rewrite N.
  apply Rplus_le_compat; apply sum_le; intros k K; (apply Rmult_le_compat_l; [apply Rlt_le; auto|apply fall; auto]).
Qed.

Theorem eq_4_neighbours : forall (n : nat) (t value : nat -> R) (L : R), 0 <= L ->
  (forall i, (i < n)%nat -> t i <= t (S i)) ->
  (forall i, (i < n)%nat -> Rabs (value i - value (S i)) <= L * (t (S i) - t i)) ->
  exists f : line -> R, lipschitz L f /\ forall i, (i <= n)%nat -> f (t i) = value i.
Proof.
  intros n t c L P order near.
  assert (up : forall k i, (i + k <= n)%nat -> t i <= t (i + k)%nat /\ Rabs (c i - c (i + k)%nat) <= L * (t (i + k)%nat - t i)).
  { induction k; intros i I.
    - rewrite Nat.add_0_r, !Rminus_diag_eq, Rabs_R0 by reflexivity. lra.
    - rewrite Nat.add_succ_r. specialize (IHk i ltac:(lia)). specialize (order (i + k)%nat ltac:(lia)). specialize (near (i + k)%nat ltac:(lia)).
      split; [lra|]. replace (c i - c (S (i + k))) with ((c i - c (i + k)%nat) + (c (i + k)%nat - c (S (i + k)))) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. lra. }
  destruct (mcshane line n t c L P) as [f [F [E _]]].
  - intros i j I J. simpl. destruct (le_lt_dec i j) as [K|K].
    + destruct (up (j - i)%nat i ltac:(lia)) as [A B]. replace (i + (j - i))%nat with j in * by lia.
      rewrite Rabs_minus_sym, Rabs_right by lra. pose proof (Rle_abs (c i - c j)). lra.
    + destruct (up (i - j)%nat j ltac:(lia)) as [A B]. replace (j + (i - j))%nat with i in * by lia.
      rewrite Rabs_right by lra. rewrite Rabs_minus_sym in B. pose proof (Rle_abs (c i - c j)). lra.
  - exists f. auto.
Qed.

(** * Weak duality: a coupling bounds the risk of every L-Lipschitz function from below *)

Definition sent (q : nat) (gamma : nat -> nat -> R) (i : nat) := sum q (gamma i).
Definition received (p : nat) (gamma : nat -> nat -> R) (j : nat) := sum p (fun i => gamma i j).
Definition cost {M} (S : sample M) (gamma : nat -> nat -> R) :=
  sum (many S) (fun i => sum (others S) (fun j => gamma i j * dist (x S i) (z S j))).

Lemma transported (M : metric) (S : sample M) L f gamma : lipschitz L f -> (forall i j, 0 <= gamma i j) ->
  sum (many S) (fun i => sent (others S) gamma i * f (x S i)) - sum (others S) (fun j => received (many S) gamma j * f (z S j))
  <= L * cost S gamma.
Proof.
  intros H P.
  replace (sum (many S) (fun i => sent (others S) gamma i * f (x S i)))
    with (sum (many S) (fun i => sum (others S) (fun j => gamma i j * f (x S i)))).
  2:{ apply sum_ext. intros. unfold sent. rewrite Rmult_comm, <- sum_scale. apply sum_ext. intros. ring. }
  replace (sum (others S) (fun j => received (many S) gamma j * f (z S j)))
    with (sum (many S) (fun i => sum (others S) (fun j => gamma i j * f (z S j)))).
  2:{ rewrite sum_swap. apply sum_ext. intros. unfold received. rewrite Rmult_comm, <- sum_scale. apply sum_ext. intros. ring. }
  unfold cost. rewrite <- sum_minus, <- sum_scale. apply sum_le. intros i _. rewrite <- sum_minus, <- sum_scale.
  apply sum_le. intros j _. pose proof (Rmult_le_compat_l _ _ _ (P i j) (proj1 (lipschitz_le L f) H (x S i) (z S j))). lra.
Qed.

(** [conjugate] may be anything below loss t + a t for all t, in particular the infimum. *)
Theorem eq_4_dual : forall (M : metric) (S : sample M) (L : R) (loss conjugate : R -> R) (gamma : nat -> nat -> R) (f : M -> R),
  weighted S -> (forall i j, 0 <= gamma i j) -> lipschitz L f ->
  (forall i t, (i < many S)%nat -> conjugate (sent (others S) gamma i / w S i) <= loss t + sent (others S) gamma i / w S i * t) ->
  (forall j t, (j < others S)%nat -> conjugate (received (many S) gamma j / v S j) <= loss t + received (many S) gamma j / v S j * t) ->
  sum (many S) (fun i => w S i * conjugate (sent (others S) gamma i / w S i)) +
  sum (others S) (fun j => v S j * conjugate (received (many S) gamma j / v S j)) - L * cost S gamma <= risk loss S f.
Proof.
  intros M S L loss conj gamma f [W V] P H A B. pose proof (transported M S L f gamma H P) as T. unfold risk.
  assert (U : sum (many S) (fun i => w S i * conj (sent (others S) gamma i / w S i)) -
    sum (many S) (fun i => sent (others S) gamma i * f (x S i)) <= sum (many S) (fun i => w S i * loss (f (x S i)))).
  { rewrite <- sum_minus. apply sum_le. intros i I. specialize (A i (f (x S i)) I). specialize (W i I).
    apply Rmult_le_compat_l with (r := w S i) in A; [|lra]. rewrite Rmult_plus_distr_l in A.
    replace (w S i * (sent (others S) gamma i / w S i * f (x S i))) with (sent (others S) gamma i * f (x S i)) in A by (field; lra). lra. }
  assert (U' : sum (others S) (fun j => v S j * conj (received (many S) gamma j / v S j)) +
    sum (others S) (fun j => received (many S) gamma j * f (z S j)) <= sum (others S) (fun j => v S j * loss (- f (z S j)))).
  { rewrite <- sum_plus. apply sum_le. intros j J. specialize (B j (- f (z S j)) J). specialize (V j J).
    apply Rmult_le_compat_l with (r := v S j) in B; [|lra]. rewrite Rmult_plus_distr_l in B.
    replace (v S j * (received (many S) gamma j / v S j * - f (z S j))) with (- (received (many S) gamma j * f (z S j))) in B by (field; lra). lra. }
  lra.
Qed.

(** The binary entropy is what the BCE needs: for 0 < a < 1. *)
Definition entropy (a : R) := - a * ln a - (1 - a) * ln (1 - a).

Lemma log_tangent u : 0 < u -> ln u <= u - 1.
Proof.
  intros P. apply Rnot_lt_le. intros H. apply exp_increasing in H. rewrite (exp_ln u P) in H.
  destruct (Req_dec (u - 1) 0) as [E|N]; [rewrite E, exp_0 in H; lra|]. pose proof (exp_ineq1 (u - 1) N). lra.
Qed.

Lemma entropy_bound a t : 0 < a -> a < 1 -> entropy a <= bce t + a * t.
Proof.
  intros P Q. unfold entropy.
  (* ln of the mean a e^-t / a + (1 - a) 1 / (1 - a) = 1 + e^-t, by the tangent of the logarithm *)
  set (m := 1 + exp (- t)). assert (Mpos : 0 < m) by apply exp_one. pose proof (exp_pos (- t)) as E.
  assert (A : ln (exp (- t) / (a * m)) <= exp (- t) / (a * m) - 1).
  { apply log_tangent. apply Rdiv_lt_0_compat; [exact E|apply Rmult_lt_0_compat; assumption]. }
  assert (B : ln (1 / ((1 - a) * m)) <= 1 / ((1 - a) * m) - 1).
  { apply log_tangent. apply Rdiv_lt_0_compat; [lra|apply Rmult_lt_0_compat; lra]. }
  unfold Rdiv in A, B. rewrite Rmult_1_l in B.
  rewrite ln_mult, ln_exp, ln_Rinv, ln_mult in A; try lra; try (apply Rmult_lt_0_compat; lra); try (apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra).
  rewrite ln_Rinv, ln_mult in B; try lra; try (apply Rmult_lt_0_compat; lra).
  apply Rmult_le_compat_l with (r := a) in A; [|lra]. apply Rmult_le_compat_l with (r := 1 - a) in B; [|lra].
  replace (a * (exp (- t) * / (a * m) - 1)) with (exp (- t) / m - a) in A by (field; lra).
  replace ((1 - a) * (/ ((1 - a) * m) - 1)) with (1 / m - (1 - a)) in B by (field; lra).
  assert (C : exp (- t) / m + 1 / m = 1) by (unfold m; field; unfold m in Mpos; lra).
  unfold bce. fold m. lra.
Qed.

Lemma entropy_bound_closed a t : 0 <= a <= 1 -> entropy a <= bce t + a * t.
Proof.
  intros [P Q]. destruct (Req_dec a 0) as [->|]; [|destruct (Req_dec a 1) as [->|]].
  - unfold entropy. rewrite Rminus_0_r, ln_1. pose proof (bce_pos t). lra.
  - unfold entropy. rewrite ln_1. pose proof (bce_above t). lra.
  - apply entropy_bound; lra.
Qed.

Theorem dual_bce : forall (M : metric) (S : sample M) (L : R) (gamma : nat -> nat -> R) (f : M -> R), weighted S ->
  (forall i j, 0 <= gamma i j) -> lipschitz L f ->
  (forall i, (i < many S)%nat -> sent (others S) gamma i <= w S i) ->
  (forall j, (j < others S)%nat -> received (many S) gamma j <= v S j) ->
  sum (many S) (fun i => w S i * entropy (sent (others S) gamma i / w S i)) +
  sum (others S) (fun j => v S j * entropy (received (many S) gamma j / v S j)) - L * cost S gamma <= risk bce S f.
Proof.
  intros M S L gamma f [W V] P H A B.
  assert (R01 : forall a b, 0 < b -> 0 <= a <= b -> 0 <= a / b <= 1).
  { intros a b Q [U1 U2]. split; [apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat, Q]|].
    apply Rmult_le_reg_r with b; [exact Q|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  apply eq_4_dual; auto; [split; assumption| |]; intros k t K; apply entropy_bound_closed, R01; auto; split; auto;
    apply sum_nonneg; auto.
Qed.

Theorem dual_hinge : forall (M : metric) (S : sample M) (L m : R) (gamma : nat -> nat -> R) (f : M -> R), weighted S ->
  (forall i j, 0 <= gamma i j) -> lipschitz L f ->
  (forall i, (i < many S)%nat -> sent (others S) gamma i <= w S i) ->
  (forall j, (j < others S)%nat -> received (many S) gamma j <= v S j) ->
  sum (many S) (fun i => sum (others S) (fun j => gamma i j * (2 * m - L * dist (x S i) (z S j)))) <= risk (hinge m) S f.
Proof.
  intros M S L m gamma f [W V] P H A B.
  assert (R01 : forall a b, 0 < b -> 0 <= a <= b -> 0 <= a / b <= 1).
  { intros a b Q [U1 U2]. split; [apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat, Q]|].
    apply Rmult_le_reg_r with b; [exact Q|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  assert (C : forall a t, 0 <= a <= 1 -> m * a <= hinge m t + a * t).
  { intros a t Q. unfold hinge, Rmax. destruct Rle_dec; nra. }
  pose proof (eq_4_dual M S L (hinge m) (fun a => m * a) gamma f (conj W V) P H) as D. cbv beta in D.
  eapply Rle_trans; [|apply D].
  - right. rewrite (sum_ext (many S) (fun i => w S i * _) (fun i => m * sent (others S) gamma i)).
    2:{ intros i I. specialize (W i I). field. lra. }
    rewrite (sum_ext (others S) (fun j => v S j * _) (fun j => m * received (many S) gamma j)).
    2:{ intros j J. specialize (V j J). field. lra. }
    rewrite !sum_scale. unfold received. rewrite (sum_swap (others S) (many S)). unfold cost, sent. rewrite <- sum_scale, <- !sum_scale, <- sum_plus, <- sum_minus.
    apply sum_ext. intros i _. rewrite <- !sum_scale, <- sum_plus, <- sum_minus. apply sum_ext. intros. ring.
  - intros i t I. apply C, R01; auto. split; [apply sum_nonneg; auto|auto].
  - intros j t J. apply C, R01; auto. split; [apply sum_nonneg; auto|auto].
Qed.

Theorem dual_kr : forall (M : metric) (S : sample M) (L : R) (gamma : nat -> nat -> R) (f : M -> R),
  (forall i j, 0 <= gamma i j) -> lipschitz L f ->
  (forall i, (i < many S)%nat -> sent (others S) gamma i = w S i) ->
  (forall j, (j < others S)%nat -> received (many S) gamma j = v S j) -> - L * cost S gamma <= risk kr S f.
Proof.
  intros M S L gamma f P H A B. pose proof (transported M S L f gamma H P) as T. unfold risk, kr.
  rewrite (sum_ext (many S) _ (fun i => w S i * f (x S i))) in T by (intros i I; rewrite A; auto).
  rewrite (sum_ext (others S) _ (fun j => v S j * f (z S j))) in T by (intros j J; rewrite B; auto).
  rewrite (sum_ext (many S) _ (fun i => -1 * (w S i * f (x S i)))), sum_scale by (intros; ring).
  rewrite (sum_ext (others S) (fun j => v S j * _) (fun j => v S j * f (z S j))) by (intros; ring). lra.
Qed.

Theorem dual_hkr : forall (M : metric) (S : sample M) (L m lambda : R) (gamma : nat -> nat -> R) (f : M -> R), weighted S ->
  0 <= lambda -> (forall i j, 0 <= gamma i j) -> lipschitz L f ->
  (forall i, (i < many S)%nat -> w S i <= sent (others S) gamma i <= (1 + lambda) * w S i) ->
  (forall j, (j < others S)%nat -> v S j <= received (many S) gamma j <= (1 + lambda) * v S j) ->
  m * (sum (many S) (fun i => sent (others S) gamma i - w S i) + sum (others S) (fun j => received (many S) gamma j - v S j))
  - L * cost S gamma <= risk (hkr lambda m) S f.
Proof.
  intros M S L m l gamma f [W V] Q P H A B.
  assert (C : forall a t, 1 <= a <= 1 + l -> m * (a - 1) <= hkr l m t + a * t).
  { intros a t R. unfold hkr, kr, hinge, Rmax. destruct Rle_dec; nra. }
  assert (R1 : forall a b, 0 < b -> b <= a <= (1 + l) * b -> 1 <= a / b <= 1 + l).
  { intros a b Z [U1 U2]. split; apply Rmult_le_reg_r with b; auto; unfold Rdiv; rewrite Rmult_assoc, Rinv_l; lra. }
  pose proof (eq_4_dual M S L (hkr l m) (fun a => m * (a - 1)) gamma f (conj W V) P H) as D. cbv beta in D.
  eapply Rle_trans; [|apply D].
  - right. rewrite (sum_ext (many S) (fun i => w S i * _) (fun i => m * (sent (others S) gamma i - w S i))).
    2:{ intros i I. specialize (W i I). field. lra. }
    rewrite (sum_ext (others S) (fun j => v S j * _) (fun j => m * (received (many S) gamma j - v S j))).
    2:{ intros j J. specialize (V j J). field. lra. }
    rewrite !sum_scale. ring.
  - intros i t I. apply C, R1; auto.
  - intros j t J. apply C, R1; auto.
Qed.

Theorem eq_4_hinge : forall (M : metric) (S : sample M) (L m : R), weighted S -> both_labels S -> 0 <= L ->
  ((forall e, 0 < e -> exists f, lipschitz L f /\ risk (hinge m) S f <= e) <->
   (forall i j, (i < many S)%nat -> (j < others S)%nat -> 2 * m <= L * dist (x S i) (z S j))) /\
  ((forall e, 0 < e -> exists f, lipschitz L f /\ risk (hinge m) S f <= e) -> exists f, lipschitz L f /\ risk (hinge m) S f = 0).
Proof.
  intros M S L m [W V] B P.
  assert (N : forall f : M -> R, 0 <= risk (hinge m) S f).
  { intros f. unfold risk. apply Rplus_le_le_0_compat; apply sum_nonneg; intros; (apply Rmult_le_pos; [apply Rlt_le; auto|apply Rmax_l]). }
  assert (A : (forall e, 0 < e -> exists f, lipschitz L f /\ risk (hinge m) S f <= e) ->
    forall i j, (i < many S)%nat -> (j < others S)%nat -> 2 * m <= L * dist (x S i) (z S j)).
  { intros small i j I J. apply Rnot_lt_le. intros near. specialize (W i I) as Wi. specialize (V j J) as Vj.
    set (c := Rmin (w S i) (v S j)). assert (C : 0 < c) by (apply Rmin_glb_lt; assumption).
    pose proof (Rmin_l (w S i) (v S j)) as Cw. pose proof (Rmin_r (w S i) (v S j)) as Cv. fold c in Cw, Cv.
    set (d := 2 * m - L * dist (x S i) (z S j)). assert (D : 0 < d) by (unfold d; lra).
    destruct (small (c * d / 2)) as [f [F R]]; [apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; assumption|lra]|].
    assert (P1 : forall k, (k < many S)%nat -> 0 <= w S k * hinge m (f (x S k))) by (intros; apply Rmult_le_pos; [apply Rlt_le; auto|apply Rmax_l]).
    assert (P2 : forall k, (k < others S)%nat -> 0 <= v S k * hinge m (- f (z S k))) by (intros; apply Rmult_le_pos; [apply Rlt_le; auto|apply Rmax_l]).
    pose proof (sum_term _ _ i P1 I) as T1. pose proof (sum_term _ _ j P2 J) as T2. cbv beta in T1, T2. unfold risk in R.
    assert (U : c * (m - f (x S i)) <= w S i * hinge m (f (x S i))).
    { apply Rle_trans with (c * hinge m (f (x S i))); [apply Rmult_le_compat_l; [lra|apply Rmax_r]|apply Rmult_le_compat_r; [apply Rmax_l|exact Cw]]. }
    assert (U' : c * (m - - f (z S j)) <= v S j * hinge m (- f (z S j))).
    { apply Rle_trans with (c * hinge m (- f (z S j))); [apply Rmult_le_compat_l; [lra|apply Rmax_r]|apply Rmult_le_compat_r; [apply Rmax_l|exact Cv]]. }
    pose proof (proj1 (lipschitz_le L f) F (x S i) (z S j)) as K.
    assert (c * d <= c * (m - f (x S i)) + c * (m - - f (z S j))).
    { rewrite <- Rmult_plus_distr_l. apply Rmult_le_compat_l; [lra|]. unfold d. lra. }
    pose proof (Rmult_lt_0_compat _ _ C D). lra. }
  assert (Z : (forall i j, (i < many S)%nat -> (j < others S)%nat -> 2 * m <= L * dist (x S i) (z S j)) ->
    exists f, lipschitz L f /\ risk (hinge m) S f = 0).
  { intros far. destruct (eq_4_pairs M S L (hinge m) (fun _ => m) (fun _ => - m) (conj W V) B P) as [f [H [_ [_ U]]]].
    + intros s t K. unfold hinge. apply Rle_max_compat_l. lra.
    + intros i j I J. specialize (far i j I J). lra.
    + exists f. split; [exact H|]. apply Rle_antisym; [|apply N].
      eapply Rle_trans; [exact U|]. right. unfold hinge. rewrite Ropp_involutive, Rmax_left by lra.
      rewrite (sum_ext (many S) _ (fun _ => 0)), (sum_ext (others S) _ (fun _ => 0)), !sum_zero by (intros; ring). ring. }
  split; [split; [exact A|]|auto]. intros far e E. destruct (Z far) as [f [F R]]. exists f. split; [exact F|lra].
Qed.

(** * Lower bounds and minimisers of the BCE *)

Theorem sec_4_zero : forall (M : metric) (S : sample M) (L c : R) (f : M -> R) (i j : nat), weighted S -> lipschitz L f ->
  (i < many S)%nat -> (j < others S)%nat -> 0 < c -> c <= w S i -> c <= v S j ->
  2 * c * ln (1 + exp (- (L * dist (x S i) (z S j) / 2))) <= risk bce S f /\
  0 < 2 * c * ln (1 + exp (- (L * dist (x S i) (z S j) / 2))).
Proof.
  intros M S L c f i j [W V] H I J P A B. change (ln (1 + exp (- (L * dist (x S i) (z S j) / 2)))) with (bce (L * dist (x S i) (z S j) / 2)).
  pose proof (bce_pos (L * dist (x S i) (z S j) / 2)) as Q. split; [|apply Rmult_lt_0_compat; lra].
  pose proof (sum_term (many S) (fun i => w S i * bce (f (x S i))) i) as T1. cbv beta in T1.
  pose proof (sum_term (others S) (fun j => v S j * bce (- f (z S j))) j) as T2. cbv beta in T2. unfold risk.
  assert (w S i * bce (f (x S i)) <= sum (many S) (fun i => w S i * bce (f (x S i)))).
  { apply T1; auto. intros k K. apply Rmult_le_pos; [apply Rlt_le; auto|apply Rlt_le, bce_pos]. }
  assert (v S j * bce (- f (z S j)) <= sum (others S) (fun j => v S j * bce (- f (z S j)))).
  { apply T2; auto. intros k K. apply Rmult_le_pos; [apply Rlt_le; auto|apply Rlt_le, bce_pos]. }
  pose proof (bce_pos (f (x S i))). pose proof (bce_pos (- f (z S j))).
  pose proof (bce_convex (f (x S i)) (- f (z S j))) as C. pose proof (proj1 (lipschitz_le L f) H (x S i) (z S j)) as D.
  pose proof (bce_antitone ((f (x S i) + - f (z S j)) / 2) (L * dist (x S i) (z S j) / 2) ltac:(lra)). nra.
Qed.

(** * The temperature: T f over Lip_L is g over Lip_(T L) *)

Lemma scaled_lipschitz (M : metric) (g : M -> R) c k : 0 < c -> lipschitz k g -> lipschitz (c * k) (fun u => c * g u).
Proof.
  intros C G a b. rewrite <- Rmult_minus_distr_l, Rabs_mult, (Rabs_right c), Rmult_assoc by lra. apply Rmult_le_compat_l; [lra|apply G].
Qed.

(** [E] stands for the expectation of any law, finite or not: nothing of it is used. *)
Theorem sec_4_temperature : forall (M : metric) (E : (M -> R -> R) -> Rbar) (L T : R), 0 < T ->
  let loss T f := E (fun u y => bce (T * (y * f u))) in
  let best T L f := lipschitz L f /\ forall g, lipschitz L g -> Rbar_le (loss T f) (loss T g) in
  (forall f, loss T f = loss 1 (fun u => T * f u)) /\ (forall f, best T L f -> best 1 (T * L) (fun u => T * f u)) /\
  (forall g, best 1 (T * L) g -> exists f, best T L f /\ forall u, g u = T * f u).
Proof.
  intros M E L T P loss best.
  assert (move : forall a b f g, (forall u, a * f u = b * g u) -> loss a f = loss b g).
  { intros a b f g H. unfold loss. f_equal. apply functional_extensionality. intros u. apply functional_extensionality. intros y.
    f_equal. transitivity (y * (a * f u)); [ring|]. rewrite H. ring. }
  assert (back : forall g : M -> R, lipschitz (T * L) g -> lipschitz L (fun u => / T * g u)).
  { intros g G. apply (scaled_lipschitz M g (/ T)) in G; [|apply Rinv_0_lt_compat, P].
    rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l in G by lra. exact G. }
  split; [intros f; apply move; intros; ring|]. split.
  - intros f [F least]. split; [apply scaled_lipschitz; assumption|]. intros g G.
    rewrite (move 1 T _ f) by (intros; ring). rewrite (move 1 T g (fun u => / T * g u)) by (intros; field; lra). apply least, back, G.
  - intros g [G least]. exists (fun u => / T * g u). split; [|intros; field; lra]. split; [apply back, G|]. intros f F.
    rewrite (move T 1 _ g) by (intros; field; lra). rewrite (move T 1 f (fun u => T * f u)) by (intros; ring).
    apply least, scaled_lipschitz; assumption.
Qed.

Lemma shifted (M : metric) L c (f : M -> R) : lipschitz L f -> lipschitz L (fun u => f u + c).
Proof. intros H a b. replace (f a + c - (f b + c)) with (f a - f b) by ring. apply H. Qed.

Lemma masses {M : metric} (S : sample M) : weighted S -> both_labels S -> 0 < mass_pos S /\ 0 < mass_neg S.
Proof. intros [W V] [B C]. split; apply sum_pos; auto. Qed.

(** * Lemmas that would fail if a definition were another *)

Definition two_points : sample line := Sample line 1 (fun _ => 1) (fun _ => 2) 1 (fun _ => -1) (fun _ => 3).

Lemma test_risk : risk kr two_points (fun t => 5 * t) = -25.
Proof. unfold risk, kr; simpl. ring. Qed.

Lemma test_cost : cost two_points (fun _ _ => 7) = 14.
Proof. unfold cost; simpl. rewrite Rabs_right; lra. Qed.

Lemma test_minimises : minimises kr (Sample line 1 (fun _ => 1) (fun _ => 1) 1 (fun _ => -1) (fun _ => 1)) 1 (fun t => t).
Proof.
  split; [intros a b; rewrite Rmult_1_l; apply Rle_refl|]. intros g G. unfold risk, kr; simpl.
  pose proof (proj1 (lipschitz_le 1 g) G 1 (-1)) as K. simpl in K. rewrite Rabs_right in K; lra.
Qed.

(** Sent from the i-th example of label +1, received by the j-th of label -1; the least of f 0, ..., f n. *)
Lemma test_marginals : sent 3 (fun i j => INR i) 2 = 6 /\ received 3 (fun i j => INR i) 2 = 3 /\ sent 2 (fun i j => INR j) 5 = 1.
Proof. unfold sent, received; simpl. lra. Qed.

Lemma test_least : least 2 (fun i => 3 - INR i) = 1.
Proof. simpl. unfold Rmin. repeat destruct Rle_dec; lra. Qed.

Lemma test_entropy : entropy (1 / 2) = ln 2 /\ entropy 0 = 0 /\ entropy 1 = 0.
Proof.
  unfold entropy. rewrite Rminus_0_r, (Rminus_diag_eq 1 1), ln_1 by reflexivity. split; [|lra].
  replace (1 - 1 / 2) with (/ 2) by lra. replace (1 / 2) with (/ 2) by lra. rewrite ln_Rinv; lra.
Qed.

Lemma test_masses : mass_pos two_points = 2 /\ mass_neg two_points = 3.
Proof. unfold mass_pos, mass_neg; simpl. lra. Qed.

Lemma test_weighted : weighted two_points /\ ~ weighted (Sample line 1 (fun _ => 1) (fun _ => 0) 1 (fun _ => -1) (fun _ => 1)) /\
  both_labels two_points /\ ~ both_labels (Sample line 1 (fun _ => 1) (fun _ => 1) 0 (fun _ => -1) (fun _ => 1)).
Proof.
  split; [split; simpl; intros; lra|]. split; [intros [H _]; specialize (H 0%nat ltac:(simpl; lia)); simpl in H; lra|].
  split; [split; simpl; lia|intros [_ H]; simpl in H; lia].
Qed.
