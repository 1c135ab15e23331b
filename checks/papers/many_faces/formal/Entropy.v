(** Section 4 on the binary cross-entropy: saturation, sequences, what separable data do, Figure 2a. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses.
Open Scope R_scope.

(** * Proposition 3 *)

Lemma mean_scale p g : (0 < p)%nat -> INR p * mean p g = sum p g.
Proof. intros P. unfold mean. apply lt_0_INR in P. field. lra. Qed.

Lemma sum_pair p g i j : (forall k, (k < p)%nat -> 0 <= g k) -> (i < p)%nat -> (j < p)%nat -> i <> j ->
  g i + g j <= sum p g.
Proof.
  intros H. revert i j. induction p; intros i j I J N; [lia|]. simpl.
  assert (K : forall k, (k < p)%nat -> 0 <= g k) by auto. pose proof (H p ltac:(lia)).
  destruct (Nat.eq_dec i p) as [->|]; [|destruct (Nat.eq_dec j p) as [->|]].
  - pose proof (sum_term p g j K ltac:(lia)). lra.
  - pose proof (sum_term p g i K ltac:(lia)). lra.
  - pose proof (IHp K i j ltac:(lia) ltac:(lia) N). lra.
Qed.

Theorem eq_15_amended : forall (M : metric) (p : nat) (x : nat -> M) (y : nat -> R) (f : M -> R) (i j : nat),
  (i < p)%nat -> (j < p)%nat -> y i = 1 -> y j = -1 ->
  0 <= bce (f (x i)) + bce (- f (x j)) /\
  bce (f (x i)) + bce (- f (x j)) <= INR p * mean p (fun k => bce (y k * f (x k))).
Proof.
  intros M p x y f i j I J P N. pose proof (bce_pos (f (x i))). pose proof (bce_pos (- f (x j))). split; [lra|].
  rewrite mean_scale by lia.
  pose proof (sum_pair p (fun k => bce (y k * f (x k))) i j ltac:(intros; apply Rlt_le, bce_pos) I J) as H'.
  cbv beta in H'. rewrite P, N, Rmult_1_l in H'. replace (-1 * f (x j)) with (- f (x j)) in H' by ring.
  apply H'. intros ->. lra.
Qed.

Theorem eq_15 : ~ forall (p : nat) (x y : nat -> R) (f : R -> R) (i j : nat), (forall k, y k = 1 \/ y k = -1) ->
  (i < p)%nat -> (j < p)%nat -> y i = 1 -> y j = -1 ->
  0 <= bce (f (x i)) + bce (- f (x j)) /\ bce (f (x i)) + bce (- f (x j)) <= mean p (fun k => bce (y k * f (x k))).
Proof.
  intros H. destruct (H 2%nat INR (fun k => match k with O => 1 | _ => -1 end) (fun _ => 0) 0%nat 1%nat
    ltac:(intros [|k]; auto) ltac:(lia) ltac:(lia) eq_refl eq_refl) as [_ K].
  unfold mean in K. simpl in K. rewrite !Rmult_0_r, Ropp_0 in K. pose proof (bce_pos 0). lra.
Qed.

Lemma pair_margin (M : metric) p (x : nat -> M) (y : nat -> R) f L i j : lipschitz L f ->
  (i < p)%nat -> (j < p)%nat -> y i = 1 -> y j = -1 ->
  2 * bce (L * dist (x i) (x j) / 2) <= INR p * mean p (fun k => bce (y k * f (x k))).
Proof.
  intros H I J P N. destruct (eq_15_amended M p x y f i j I J P N) as [_ U].
  pose proof (bce_convex (f (x i)) (- f (x j))) as C.
  pose proof (proj1 (lipschitz_le L f) H (x i) (x j)) as D.
  pose proof (bce_antitone ((f (x i) + - f (x j)) / 2) (L * dist (x i) (x j) / 2) ltac:(lra)). lra.
Qed.

Theorem prop_3_bound :
  (forall (M : metric) (p : nat) (x : nat -> M) (y : nat -> R) (f : M -> R) (L e : R) (i j : nat), lipschitz L f ->
    e = mean p (fun k => bce (y k * f (x k))) -> (i < p)%nat -> (j < p)%nat -> y i = 1 -> y j = -1 ->
    - 2 * ln (exp (INR p * e / 2) - 1) <= L * dist (x i) (x j)) /\
  (forall e, 0 < e -> e < ln 2 -> exists (x : nat -> line) (y : nat -> R) (f : line -> R), lipschitz 1 f /\
    y 0%nat = 1 /\ y 1%nat = -1 /\ e = mean 2 (fun k => bce (y k * f (x k))) /\
    - 2 * ln (exp (INR 2 * e / 2) - 1) = 1 * dist (x 0%nat) (x 1%nat)).
Proof.
  split.
  - intros M p x y f L e i j H -> I J P N. pose proof (pair_margin M p x y f L i j H I J P N) as B.
    set (s := L * dist (x i) (x j)) in *. set (T := INR p * _) in *.
    assert (K : 1 + exp (- (s / 2)) <= exp (T / 2)).
    { rewrite <- exp_bce. destruct (Rle_lt_or_eq_dec (bce (s / 2)) (T / 2)) as [Q|Q]; [lra| |]; [apply Rlt_le, exp_increasing, Q|rewrite Q; apply Rle_refl]. }
    assert (W : exp (- (s / 2)) <= exp (T / 2) - 1) by lra.
    assert (- (s / 2) <= ln (exp (T / 2) - 1)); [|lra].
    rewrite <- (ln_exp (- (s / 2))). pose proof (exp_pos (- (s / 2))).
    destruct W as [W|W]; [apply Rlt_le, ln_increasing; lra|rewrite W; apply Rle_refl].
  - intros e P small. set (a := - ln (exp e - 1)).
    assert (E : 0 < exp e - 1) by (pose proof (exp_ineq1 e ltac:(lra)); lra).
    assert (A : 0 < a).
    { unfold a. assert (exp e < 2) by (rewrite <- (exp_ln 2) by lra; apply exp_increasing; exact small).
      assert (ln (exp e - 1) < ln 1) by (apply ln_increasing; lra). rewrite ln_1 in *. lra. }
    assert (F : bce a = e).
    { unfold bce, a. rewrite Ropp_involutive, exp_ln by exact E. replace (1 + (exp e - 1)) with (exp e) by ring. apply ln_exp. }
    exists (fun k => match k with O => a | _ => - a end), (fun k => match k with O => 1 | _ => -1 end), (fun t => t).
    split; [intros u v; simpl; lra|]. split; [reflexivity|]. split; [reflexivity|]. split.
    + unfold mean. simpl. replace (1 * a) with a by ring. replace (-1 * - a) with a by ring. rewrite F. field.
    + simpl. replace ((1 + 1) * e / 2) with e by field. rewrite Rabs_right by lra. unfold a. ring.
Qed.

Theorem prop_3 : forall (M : metric) (p : nat) (x : nat -> M) (y : nat -> R) (f : nat -> M -> R) (L : nat -> R) (i j : nat),
  (i < p)%nat -> (j < p)%nat -> y i = 1 -> y j = -1 -> (forall t, lipschitz (L t) (f t)) ->
  is_lim_seq (fun t => mean p (fun k => bce (y k * f t (x k)))) 0 -> is_lim_seq L p_infty.
Proof.
  intros M p x y f L i j I J P N H lim. apply is_lim_seq_spec. intros K. apply is_lim_seq_spec in lim.
  set (d := dist (x i) (x j)). pose proof (dist_nonneg M (x i) (x j)) as D. fold d in D.
  assert (Q : 0 < INR p) by (apply lt_0_INR; lia).
  assert (B : 0 < 2 * bce (Rmax K 0 * d / 2) / INR p).
  { apply Rdiv_lt_0_compat; [pose proof (bce_pos (Rmax K 0 * d / 2)); lra|exact Q]. }
  specialize (lim (mkposreal _ B)). simpl in lim. destruct lim as [n lim]. exists n. intros t T.
  specialize (lim t T). rewrite Rminus_0_r in lim. apply Rabs_lt_between in lim. destruct lim as [_ lim].
  pose proof (pair_margin M p x y (f t) (L t) i j (H t) I J P N) as G. fold d in G.
  apply Rmult_lt_compat_l with (r := INR p) in lim; [|exact Q].
  replace (INR p * (2 * bce (Rmax K 0 * d / 2) / INR p)) with (2 * bce (Rmax K 0 * d / 2)) in lim by (field; lra).
  assert (C : Rmax K 0 * d / 2 < L t * d / 2).
  { apply Rnot_le_lt. intros W. apply bce_antitone in W. lra. }
  pose proof (Rmax_l K 0). apply Rle_lt_trans with (1 := H0). apply Rnot_le_lt. intros W.
  apply Rmult_le_compat_r with (r := d) in W; lra.
Qed.

Theorem eq_16 : forall (a b : nat -> R), is_lim_seq (fun t => bce (a t)) 0 -> is_lim_seq (fun t => bce (- b t)) 0 ->
  is_lim_seq (fun t => - a t) m_infty /\ is_lim_seq b m_infty /\ is_lim_seq (fun t => Rabs (a t - b t)) p_infty.
Proof.
  assert (G : forall a, is_lim_seq (fun t => bce (a t)) 0 -> forall K, eventually (fun t => K < a t)).
  { intros a lim K. apply is_lim_seq_spec in lim. destruct (lim (mkposreal _ (bce_pos K))) as [n H]. exists n.
    intros t T. specialize (H t T). simpl in H. rewrite Rminus_0_r in H. apply Rabs_lt_between in H.
    apply Rnot_le_lt. intros W. apply bce_antitone in W. lra. }
  intros a b A B. pose proof (G a A) as A'. pose proof (G (fun t => - b t) B) as B'. repeat split.
  - apply is_lim_seq_spec. intros K. destruct (A' (- K)) as [n H]. exists n. intros t T. specialize (H t T). lra.
  - apply is_lim_seq_spec. intros K. destruct (B' (- K)) as [n H]. exists n. intros t T. specialize (H t T). lra.
  - apply is_lim_seq_spec. intros K. destruct (A' K) as [n H], (B' 0) as [n' H']. exists (n + n')%nat.
    intros t T. specialize (H t ltac:(lia)). specialize (H' t ltac:(lia)). pose proof (Rle_abs (a t - b t)). lra.
Qed.

Theorem sec_4_saturation : ~ exists K, forall t, K <= Rabs t -> sigma t = 0 \/ sigma t = 1.
Proof.
  intros [K H]. pose proof (sigma_range (Rabs K)). destruct (H (Rabs K)); try lra.
  rewrite Rabs_Rabsolu. apply Rle_abs.
Qed.

Lemma saturated p (m : nat -> R) i : (i < p)%nat -> exp (- (INR p * mean p (fun k => bce (m k)))) <= sigma (m i).
Proof.
  intros I. pose proof (sum_term p (fun k => bce (m k)) i ltac:(intros; apply Rlt_le, bce_pos) I) as T.
  cbv beta in T. rewrite mean_scale by lia.
  apply Rle_trans with (exp (- bce (m i))).
  - destruct T as [T|T]; [apply Rlt_le, exp_increasing; lra|rewrite T; apply Rle_refl].
  - rewrite exp_Ropp, exp_bce. unfold sigma. lra.
Qed.

Theorem sec_4_saturation_amended :
  (forall (p : nat) (margin : nat -> R) (i : nat), (i < p)%nat ->
    exp (- (INR p * mean p (fun k => bce (margin k)))) <= sigma (margin i)) /\
  (forall (M : metric) (p : nat) (x : nat -> M) (y : nat -> R) (f : nat -> M -> R) (i : nat), (i < p)%nat ->
    is_lim_seq (fun t => mean p (fun k => bce (y k * f t (x k)))) 0 ->
    (y i = 1 -> is_lim_seq (fun t => sigma (f t (x i))) 1) /\
    (y i = -1 -> is_lim_seq (fun t => sigma (f t (x i))) 0)).
Proof.
  split; [exact saturated|]. intros M p x y f i I lim.
  assert (G : is_lim_seq (fun t => sigma (y i * f t (x i))) 1).
  { apply is_lim_seq_le_le with (u := fun t => exp (- (INR p * mean p (fun k => bce (y k * f t (x k)))))) (w := fun _ => 1).
    - intros t. split; [apply (saturated p (fun k => y k * f t (x k))), I|apply Rlt_le, sigma_range].
    - rewrite <- exp_0. apply is_lim_seq_continuous; [apply derivable_continuous_pt, derivable_pt_exp|].
      replace (Finite 0) with (Rbar_opp (Rbar_mult (INR p) 0)) by (simpl; f_equal; ring).
      apply -> is_lim_seq_opp. apply is_lim_seq_scal_l, lim.
    - apply is_lim_seq_const. }
  split; intros Y; rewrite Y in G.
  - apply is_lim_seq_ext with (2 := G). intros t. f_equal. ring.
  - apply is_lim_seq_ext with (fun t => 1 - sigma (-1 * f t (x i))).
    + intros t. replace (-1 * f t (x i)) with (- f t (x i)) by ring. rewrite sigma_opposite. ring.
    + replace 0 with (1 - 1) by ring. apply is_lim_seq_minus'; [apply is_lim_seq_const|exact G].
Qed.

(** * Example 2 *)

Theorem ex_2_positive : forall (p : nat) (margin : nat -> R), (0 < p)%nat -> 0 < mean p (fun k => bce (margin k)).
Proof.
  intros p m P. unfold mean. apply Rdiv_lt_0_compat; [|apply lt_0_INR, P]. apply sum_pos; auto. intros. apply bce_pos.
Qed.

Lemma bce_below t : 0 < t -> bce t < / t.
Proof.
  intros P. unfold bce. apply Rlt_le_trans with (exp (- t)).
  - apply exp_lt_inv. rewrite exp_ln by apply exp_one. apply exp_ineq1. pose proof (exp_pos (- t)). lra.
  - rewrite exp_Ropp. apply Rinv_le_contravar; [exact P|]. pose proof (exp_ineq1 t ltac:(lra)). lra.
Qed.

Theorem ex_2_sequence : forall (M : metric) (p : nat) (x : nat -> M) (y : nat -> R) (f : M -> R), (0 < p)%nat ->
  (forall k, (k < p)%nat -> 0 < y k * f (x k)) ->
  is_lim (fun lambda => mean p (fun k => bce (y k * (lambda * f (x k))))) p_infty 0.
Proof.
  intros M p x y f P H. apply is_lim_spec. intros e.
  assert (W : exists a, 0 < a /\ forall k, (k < p)%nat -> a <= y k * f (x k)).
  { clear P. induction p; [exists 1; split; [lra|intros; lia]|]. destruct IHp as [a [A B]]; [auto|].
    exists (Rmin a (y p * f (x p))). split; [apply Rmin_glb_lt; auto|]. intros k K.
    destruct (Nat.eq_dec k p) as [->|]; [apply Rmin_r|]. apply Rle_trans with (1 := Rmin_l _ _), B. lia. }
  destruct W as [a [A B]]. exists (/ (a * e)). intros l L. assert (E : 0 < a * e) by (apply Rmult_lt_0_compat; [exact A|apply cond_pos]).
  pose proof (Rinv_0_lt_compat _ E) as E'.
  assert (Q : 0 < INR p) by (apply lt_0_INR, P). rewrite Rminus_0_r, Rabs_right.
  2:{ apply Rle_ge. unfold mean. apply Rmult_le_pos; [apply sum_nonneg; intros; apply Rlt_le, bce_pos|apply Rlt_le, Rinv_0_lt_compat, Q]. }
  unfold mean. apply Rmult_lt_reg_r with (INR p); [exact Q|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
  rewrite Rmult_comm, <- sum_const.
  assert (T : forall k, (k < p)%nat -> bce (y k * (l * f (x k))) < e).
  { intros k K. specialize (B k K). assert (G : / e < y k * (l * f (x k))).
    { replace (y k * (l * f (x k))) with (l * (y k * f (x k))) by ring. apply Rlt_le_trans with (l * a); [|apply Rmult_le_compat_l; lra].
      apply Rmult_lt_reg_r with (/ a); [apply Rinv_0_lt_compat, A|]. rewrite Rmult_assoc, Rinv_r, Rmult_1_r by lra.
      rewrite <- Rinv_mult. rewrite (Rmult_comm e a). exact L. }
    pose proof (Rinv_0_lt_compat e (cond_pos e)). apply Rlt_trans with (/ (y k * (l * f (x k)))); [apply bce_below; lra|].
    rewrite <- (Rinv_inv e). apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; lra|exact G]. }
  clear -P T. destruct p; [lia|]. simpl. apply Rplus_le_lt_compat; [apply sum_le; intros; apply Rlt_le, T; lia|apply T; lia].
Qed.

Theorem sec_4_vanishing : (forall t, is_derive bce t (- sigma (- t))) /\ is_lim (fun t => sigma (- t)) p_infty 0.
Proof.
  split; [exact bce_derive|]. apply is_lim_spec. intros e. exists (/ e). intros t H.
  pose proof (Rinv_0_lt_compat e (cond_pos e)). pose proof (sigma_range (- t)).
  rewrite Rminus_0_r, Rabs_right by lra. unfold sigma. rewrite Ropp_involutive. unfold Rdiv. rewrite Rmult_1_l.
  rewrite <- (Rinv_inv e). pose proof (exp_ineq1 t ltac:(lra)).
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; lra|lra].
Qed.

(** * Figure 2a *)

Lemma slope_derive w : is_derive (fun w => - 1 / (1 + exp w)) w (exp w / (1 + exp w) ^ 2).
Proof. pose proof (exp_pos w). auto_derive; [lra|]. field. lra. Qed.

Theorem fig_2a_newton : let slope w := - 1 / (1 + exp w) in let curvature w := exp w / (1 + exp w) ^ 2 in
  (forall w, (bce (1 * (w * 1)) + bce (-1 * (w * -1))) / 2 = bce w /\ is_derive bce w (slope w) /\
    is_derive slope w (curvature w) /\ w - slope w / curvature w = w + 1 + exp (- w)) /\
  forall W : nat -> R, 0 <= W 0%nat -> (forall k, W (S k) = W k - slope (W k) / curvature (W k)) ->
  forall k, (1 <= k)%nat -> W 0%nat + INR k < W k /\ W k <= W 0%nat + 2 * INR k.
Proof.
  intros slope curvature.
  assert (step : forall w, w - slope w / curvature w = w + 1 + exp (- w)).
  { intros w. unfold slope, curvature. rewrite exp_Ropp. pose proof (exp_pos w). field. lra. }
  split.
  - intros w. pose proof (exp_pos w). split; [|split; [|split]].
    + replace (1 * (w * 1)) with w by ring. replace (-1 * (w * -1)) with w by ring. field.
    + replace (slope w) with (- sigma (- w)); [apply bce_derive|]. unfold slope, sigma. rewrite Ropp_involutive. field. lra.
    + exact (slope_derive w).
    + apply step.
  - intros W Z next.
    assert (N : forall k, W (S k) = W k + 1 + exp (- W k)) by (intros; rewrite next; apply step).
    assert (G : forall k, W 0%nat + INR k <= W k <= W 0%nat + 2 * INR k).
    { induction k as [|k IH]; [simpl; lra|]. rewrite N, S_INR. pose proof (exp_pos (- W k)).
      pose proof (pos_INR k). assert (exp (- W k) <= 1); [|lra]. rewrite <- exp_0.
      destruct (Req_dec (W k) 0) as [->|]; [rewrite Ropp_0; apply Rle_refl|]. apply Rlt_le, exp_increasing. lra. }
    intros [|k] K; [lia|]. split; [|apply G]. rewrite N, S_INR. pose proof (exp_pos (- W k)). pose proof (G k). lra.
Qed.

Lemma exp_short a : 0 <= a -> a <= 1 / 2 -> exp a <= 1 + 2 * a.
Proof.
  intros P Q. destruct (Req_dec a 0) as [->|N]; [rewrite exp_0; lra|].
  pose proof (exp_ineq1 (- a) ltac:(lra)) as H. rewrite exp_Ropp in H.
  apply Rle_trans with (/ (1 - a)).
  - rewrite <- (Rinv_inv (exp a)). apply Rinv_le_contravar; lra.
  - apply Rmult_le_reg_r with (1 - a); [lra|]. rewrite Rinv_l by lra. nra.
Qed.

Theorem fig_2a_descent : forall (eta : R) (W : nat -> R), 0 < eta -> eta <= 1 -> W 0%nat = 0 ->
  (forall k, W (S k) = W k - eta * (- 1 / (1 + exp (W k)))) ->
  forall k, ln (1 + eta * INR k / 2) <= W k /\ W k <= ln (1 + 2 * eta * INR k).
Proof.
  intros eta W P Q Z next.
  assert (G : forall k, 1 + eta * INR k / 2 <= exp (W k) <= 1 + 2 * eta * INR k).
  { induction k as [|k IH]; [rewrite Z, exp_0; simpl; lra|]. rewrite next, S_INR.
    set (u := exp (W k)) in *. pose proof (pos_INR k) as I.
    assert (0 <= eta * INR k) by (apply Rmult_le_pos; lra). assert (1 <= u) by lra.
    replace (W k - eta * (-1 / (1 + u))) with (W k + eta / (1 + u)) by (field; lra). rewrite exp_plus. fold u.
    assert (A : 0 < eta / (1 + u)) by (apply Rdiv_lt_0_compat; lra).
    assert (B : eta / (1 + u) <= 1 / 2).
    { apply Rmult_le_reg_r with (1 + u); [lra|]. unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l; lra. }
    pose proof (exp_ineq1 _ (Rgt_not_eq _ _ A)) as L. pose proof (exp_short _ (Rlt_le _ _ A) B) as U.
    assert (E : u * (eta / (1 + u)) = eta - eta / (1 + u)) by (field; lra).
    assert (A' : eta / (1 + u) <= eta / 2).
    { apply Rmult_le_compat_l; [lra|]. apply Rinv_le_contravar; lra. }
    split.
    - apply Rmult_lt_compat_l with (r := u) in L; [|lra]. lra.
    - apply Rmult_le_compat_l with (r := u) in U; [|lra]. lra. }
  intros k. pose proof (G k) as [L U]. pose proof (pos_INR k). assert (0 <= eta * INR k) by (apply Rmult_le_pos; lra).
  rewrite <- (ln_exp (W k)). pose proof (exp_pos (W k)). split; apply ln_le; lra.
Qed.

(** * Logits and losses *)

Theorem prop_4_limit :
  (forall y s, y = 1 \/ y = -1 -> bce (y * (- y * s)) = ln (1 + exp s)) /\
  (forall s, 0 <= s -> s <= ln (1 + exp s) /\ ln (1 + exp s) <= s + ln 2) /\
  is_lim (fun s => ln (1 + exp s)) p_infty p_infty /\ (forall s, ln 2 <= s -> ln (1 + exp s) <= 2 * s).
Proof.
  assert (G : forall s, 0 <= s -> s <= ln (1 + exp s) /\ ln (1 + exp s) <= s + ln 2).
  { intros s P. replace (ln (1 + exp s)) with (bce (- s)) by (unfold bce; rewrite Ropp_involutive; reflexivity).
    rewrite bce_opposite. pose proof (bce_pos s). pose proof (bce_antitone 0 s P). rewrite bce_zero in *. lra. }
  split; [|split; [exact G|split]].
  - intros y s Y. unfold bce. f_equal. f_equal. f_equal. destruct Y as [-> | ->]; ring.
  - apply is_lim_spec. intros K. exists (Rmax K 0). intros s H. pose proof (Rmax_l K 0). pose proof (Rmax_r K 0).
    destruct (G s); lra.
  - intros s H. pose proof (ln_lt_2). destruct (G s); lra.
Qed.

Theorem prop_5_sign : ~ forall v y, y = 1 \/ y = -1 -> - ln (sigma (y * v)) = - ln (1 + exp (- y * v)).
Proof.
  intros H. specialize (H 0 1 (or_introl eq_refl)). rewrite !Rmult_0_r, exp_0 in H. unfold sigma in H. rewrite Ropp_0, exp_0 in H.
  replace (1 / (1 + 1)) with (/ 2) in H by lra. rewrite ln_Rinv in H by lra.
  assert (ln 1 < ln 2) by (apply ln_increasing; lra). rewrite ln_1 in *. replace (1 + 1) with 2 in H by ring. lra.
Qed.

Theorem prop_5_sign_amended : forall v y, - ln (sigma (y * v)) = ln (1 + exp (- y * v)).
Proof.
  intros. unfold sigma, Rdiv. rewrite Rmult_1_l, ln_Rinv, Ropp_involutive by apply exp_one.
  repeat f_equal. ring.
Qed.

Theorem prop_5_lipschitz :
  (forall s t y, y = 1 \/ y = -1 -> Rabs (bce (y * s) - bce (y * t)) <= Rabs (s - t)) /\
  (forall (M : metric) (L bound : R) (f : M -> R) (y : R), y = 1 \/ y = -1 -> lipschitz L f ->
    (forall x, Rabs (f x) <= bound) ->
    lipschitz L (fun x => bce (y * f x)) /\ forall x, 0 <= bce (y * f x) /\ bce (y * f x) <= bound + ln 2).
Proof.
  assert (A : forall s t y, y = 1 \/ y = -1 -> Rabs (bce (y * s) - bce (y * t)) <= Rabs (s - t)).
  { intros s t y Y. eapply Rle_trans; [apply bce_lipschitz|]. right.
    destruct Y as [-> | ->]; [f_equal; ring|]. rewrite <- Rabs_Ropp. f_equal. ring. }
  split; [exact A|]. intros M L b f y Y H B. split.
  - intros u v. eapply Rle_trans; [apply A, Y|apply H].
  - intros x. split; [apply Rlt_le, bce_pos|]. specialize (B x). specialize (A (f x) 0 y Y).
    rewrite Rmult_0_r, bce_zero, Rminus_0_r in A. pose proof (Rle_abs (bce (y * f x) - ln 2)). lra.
Qed.

Theorem prop_5_inequality : forall (F : Type) (S : F -> Prop) (E E' : F -> R) (f g : F) (s : R),
  S f -> S g -> (forall h, S h -> E f <= E h) -> (forall h, S h -> E' g <= E' h) ->
  (forall h, S h -> Rabs (E h - E' h) <= s) -> Rabs (E f - E' g) <= s.
Proof.
  intros F S E E' f g s I J least least' near. apply Rabs_le.
  pose proof (near f I) as A. pose proof (near g J) as B. apply Rabs_le_between in A. apply Rabs_le_between in B.
  specialize (least g J). specialize (least' f I). lra.
Qed.

Theorem prop_4_sign : forall (M : metric) (L D : R) (f : M -> R), 0 <= L -> lipschitz L f -> (forall s t : M, dist s t <= D) ->
  (forall e, 0 < e -> exists u, 2 * L * D - e <= Rabs (f u)) -> forall s t : M, sign (f s) = sign (f t).
Proof.
  intros M L D f P H diam large s t.
  assert (N : 0 <= L * D) by (apply Rmult_le_pos; [lra|apply Rle_trans with (dist s t); auto using dist_nonneg]).
  assert (B : forall a b, - (L * D) <= f a - f b <= L * D).
  { intros a b. apply Rabs_le_between. eapply Rle_trans; [apply H|]. apply Rmult_le_compat_l; auto. }
  destruct (Req_dec (L * D) 0) as [Z|Z].
  - f_equal. specialize (B s t). lra.
  - destruct (large (L * D / 2) ltac:(lra)) as [u U]. pose proof (B s u). pose proof (B t u).
    destruct (Rcase_abs (f u)) as [C|C].
    + rewrite Rabs_left in U by exact C. rewrite !sign_eq_m1; lra.
    + rewrite Rabs_right in U by exact C. rewrite !sign_eq_1; lra.
Qed.

Theorem prop_4 : ~ forall p, 0 <= p <= 1 -> exists f, forall g,
  p * bce f + (1 - p) * bce (- f) <= p * bce g + (1 - p) * bce (- g).
Proof.
  intros H. destruct (H 1 ltac:(lra)) as [f K]. specialize (K (f + 1)). pose proof (bce_decreasing f (f + 1) ltac:(lra)). lra.
Qed.

Theorem prop_4_growth : ~ forall (p : R) (f : nat -> R), 0 <= p <= 1 -> is_lim_seq (fun t => Rabs (f t)) p_infty ->
  forall B, exists t, B < p * bce (f t) + (1 - p) * bce (- f t).
Proof.
  intros H. destruct (H 1 INR ltac:(lra)) with (B := ln 2) as [t K].
  - apply is_lim_seq_ext with INR; [intros; rewrite Rabs_right; [reflexivity|apply Rle_ge, pos_INR]|apply is_lim_seq_INR].
  - pose proof (bce_antitone 0 (INR t) (pos_INR t)). rewrite bce_zero in *. lra.
Qed.

(** * Gradients *)

Theorem app_d_vanishing : ~ forall L T, 0 < L -> 0 < T -> exists K, 0 < K /\
  forall f : line -> R, lipschitz L f -> K <= T * sigma (- (T * f 1)).
Proof.
  intros H. destruct (H 1 1 ltac:(lra) ltac:(lra)) as [K [P B]].
  destruct (proj2 sec_4_vanishing) with (P := fun v => Rabs v < K) as [t T].
  { exists (mkposreal K P). intros v W. unfold ball in W; simpl in W. unfold AbsRing_ball, abs, minus, plus, opp in W; simpl in W.
    rewrite Ropp_0, Rplus_0_r in W. exact W. }
  specialize (T (t + 1) ltac:(lra)). specialize (B (fun _ => t + 1)).
  rewrite !Rmult_1_l in B. pose proof (sigma_range (- (t + 1))). rewrite Rabs_right in T by lra.
  apply (Rlt_not_le _ _ T), B. intros u v. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity.
  apply Rmult_le_pos; [lra|apply (dist_nonneg line)].
Qed.

Theorem app_d_vanishing_amended : forall (M : metric) (L T : R) (x z : M), 0 < T -> 0 <= L ->
  (forall f : M -> R, lipschitz L f ->
    T / (1 + exp (T * L * dist x z / 2)) <= T * sigma (- (T * f x)) \/
    T / (1 + exp (T * L * dist x z / 2)) <= T * sigma (- (T * - f z))) /\
  (exists f : M -> R, lipschitz L f /\ T * sigma (- (T * f x)) = T / (1 + exp (T * L * dist x z / 2)) /\
    T * sigma (- (T * - f z)) = T / (1 + exp (T * L * dist x z / 2))).
Proof.
  intros M L T x z P Q. split.
  - intros f H. pose proof (proj1 (lipschitz_le L f) H x z) as D.
    assert (G : forall s, s <= L * dist x z / 2 -> T / (1 + exp (T * L * dist x z / 2)) <= T * sigma (- (T * s))).
    { intros s S. unfold sigma. rewrite Ropp_involutive. unfold Rdiv. rewrite Rmult_1_l. apply Rmult_le_compat_l; [lra|].
      apply Rinv_le_contravar; [apply exp_one|]. apply Rplus_le_compat_l.
      assert (E : T * s <= T * L * dist x z / 2) by (apply Rmult_le_compat_l with (r := T) in S; lra).
      unfold Rdiv in E. destruct E as [E|E]; [apply Rlt_le, exp_increasing, E|rewrite E; apply Rle_refl]. }
    destruct (Rle_lt_dec (f x) (L * dist x z / 2)); [left; apply G; assumption|right; apply G; lra].
  - exists (fun u => L * (dist u z - dist x z / 2)). split.
    + apply lipschitz_le. intros a b. pose proof (Rmult_le_compat_l L _ _ Q (dist_triangle M a b z)). lra.
    + rewrite (dist_self M). unfold sigma, Rdiv. rewrite !Rmult_1_l, !Ropp_involutive.
      split; do 3 f_equal; f_equal; lra.
Qed.

(** The law has the mass p on the label +1 and 1 - p on -1 at one point, where [v] is the value of a minimiser. *)
Theorem prop_10_derivative : ~ forall T p v, 0 < T -> 0 < p -> p < 1 ->
  (forall g, p * bce (T * v) + (1 - p) * bce (- (T * v)) <= p * bce (T * g) + (1 - p) * bce (- (T * g))) ->
  T * sigma (- (T * v)) >= 1 / (1 + exp (Rabs v)).
Proof.
  intros H. specialize (H (1 / 2) (1 / 2) 0 ltac:(lra) ltac:(lra) ltac:(lra)).
  assert (best : forall g, 1 / 2 * bce (1 / 2 * 0) + (1 - 1 / 2) * bce (- (1 / 2 * 0)) <=
    1 / 2 * bce (1 / 2 * g) + (1 - 1 / 2) * bce (- (1 / 2 * g))).
  { intros g. pose proof (bce_convex (1 / 2 * g) (- (1 / 2 * g))) as C.
    replace ((1 / 2 * g + - (1 / 2 * g)) / 2) with 0 in C by field. rewrite Rmult_0_r, Ropp_0. lra. }
  specialize (H best). rewrite Rabs_R0, Rmult_0_r, Ropp_0, exp_0 in H.
  unfold sigma in H. rewrite Ropp_0, exp_0 in H. lra.
Qed.

Theorem prop_10_derivative_amended : forall T v y bound, 0 < T -> y = 1 \/ y = -1 ->
  is_derive (fun v => bce (y * (T * v))) v (- (y * T * sigma (- (y * (T * v))))) /\
  Rabs (- (y * T * sigma (- (y * (T * v))))) = T * sigma (- (y * (T * v))) /\
  T / (1 + exp (T * Rabs v)) <= T * sigma (- (y * (T * v))) /\
  (Rabs v <= bound -> T / (1 + exp (T * bound)) <= T * sigma (- (y * (T * v)))).
Proof.
  intros T v y b P Y.
  assert (E : forall s t, s <= t -> exp s <= exp t) by (intros s t [H| ->]; [apply Rlt_le, exp_increasing, H|apply Rle_refl]).
  assert (G : forall b, Rabs v <= b -> T / (1 + exp (T * b)) <= T * sigma (- (y * (T * v)))).
  { intros c B. unfold sigma. rewrite Ropp_involutive. unfold Rdiv. rewrite Rmult_1_l. apply Rmult_le_compat_l; [lra|].
    apply Rinv_le_contravar; [apply exp_one|]. apply Rplus_le_compat_l, E. apply Rabs_le_between in B.
    destruct Y as [-> | ->]; nra. }
  split; [|split; [|split; [apply G, Rle_refl|apply G]]].
  - unfold bce, sigma. auto_derive; [apply exp_one|]. rewrite Ropp_involutive, (exp_Ropp (y * (T * v))).
    pose proof (exp_pos (y * (T * v))). field. lra.
  - pose proof (sigma_range (- (y * (T * v)))). rewrite Rabs_Ropp, !Rabs_mult, (Rabs_right T), (Rabs_right (sigma _)) by lra.
    replace (Rabs y) with 1; [ring|]. destruct Y as [-> | ->]; [rewrite Rabs_R1; reflexivity|]. rewrite Rabs_left; lra.
Qed.

Theorem sec_5_detect : forall (M : metric) (p : nat) (x z : nat -> M) (f : M -> R) (L T d : R), (0 < p)%nat -> 0 < T -> 0 <= L ->
  lipschitz L f -> (forall k, (k < p)%nat -> dist (x k) (z k) <= d) ->
  bce (T * L * d / 2) <= sum p (fun k => bce (T * f (x k)) + bce (T * - f (z k))) / (2 * INR p) /\
  ln 2 - T * L * d / 4 <= bce (T * L * d / 2).
Proof.
  intros M p x z f L T d Q P Z H near. split; [|pose proof (bce_tangent (T * L * d / 2)); lra].
  assert (N : 0 < INR p) by (apply lt_0_INR, Q).
  apply Rmult_le_reg_r with (2 * INR p); [lra|]. unfold Rdiv. rewrite (Rmult_assoc (sum p _)), Rinv_l, Rmult_1_r by lra.
  replace (bce (T * L * d * / 2) * (2 * INR p)) with (INR p * (2 * bce (T * L * d / 2))) by (unfold Rdiv; ring).
  rewrite <- sum_const. apply sum_le. intros k K. specialize (near k K).
  eapply Rle_trans; [|apply bce_convex]. apply Rmult_le_compat_l; [lra|]. apply bce_antitone.
  pose proof (proj1 (lipschitz_le L f) H (x k) (z k)) as D.
  assert (L * dist (x k) (z k) <= L * d) by (apply Rmult_le_compat_l; lra).
  assert (T * (f (x k) - f (z k)) <= T * (L * d)) by (apply Rmult_le_compat_l; lra). lra.
Qed.
