(** Kantorovich-Rubinstein duality for finite laws in any metric space. *)
From Coq Require Import Reals Lra Lia List Arith ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses Entropy Risk Hyperplanes Euclid Separation Reweighted.
Open Scope R_scope.

(** Plans that carry the weights of label +1 to those of label -1, and the least cost of one, as an infimum. *)
Definition carries {M : metric} (S : sample M) (gamma : nat -> nat -> R) :=
  (forall i j, 0 <= gamma i j) /\ (forall i, (i < many S)%nat -> sent (others S) gamma i = w S i) /\
  forall j, (j < others S)%nat -> received (many S) gamma j = v S j.
Definition wasserstein {M : metric} (S : sample M) : R :=
  real (Glb_Rbar (fun r => exists gamma, carries S gamma /\ r = cost S gamma)).
Definition balanced {M : metric} (S : sample M) := weighted S /\ both_labels S /\ mass_pos S = mass_neg S.
(** The mean over the law of label +1 minus that over the law of label -1, where both have the mass 1. *)
Definition mean_gap {M : metric} (S : sample M) (f : M -> R) := gain S (w S) (v S) f.

Lemma cost_nonneg (M : metric) (S : sample M) gamma : (forall i j, 0 <= gamma i j) -> 0 <= cost S gamma.
Proof. intros P. apply sum_nonneg. intros i _. apply sum_nonneg. intros j _. apply Rmult_le_pos; [apply P|apply dist_nonneg]. Qed.

(** Each atom sends to all others, in proportion to their weights. *)
Lemma some_plan (M : metric) (S : sample M) : balanced S -> exists gamma, carries S gamma.
Proof.
  intros [W [B E]]. pose proof (masses S W B) as [P _]. destruct W as [Wp Wn].
  set (c := fun n (a : nat -> R) k => if (k <? n)%nat then a k else 0).
  assert (N : forall n a, (forall k, (k < n)%nat -> 0 < a k) -> forall k, 0 <= c n a k).
  { intros n a A k. unfold c. destruct (Nat.ltb_spec k n); [apply Rlt_le, A; assumption|lra]. }
  assert (I : forall n a k, (k < n)%nat -> c n a k = a k) by (intros n a k K; unfold c; destruct (Nat.ltb_spec k n); [reflexivity|lia]).
  exists (fun i j => c (many S) (w S) i * / mass_pos S * c (others S) (v S) j). split; [|split].
  - intros i j. pose proof (Rinv_0_lt_compat _ P).
    apply Rmult_le_pos; [apply Rmult_le_pos; [apply N, Wp|lra]|apply N, Wn].
  - intros i K. unfold sent. rewrite sum_scale, (sum_ext _ _ (v S)) by (intros; apply I; assumption).
    fold (mass_neg S). rewrite <- E, I by exact K. field. lra.
  - intros j K. unfold received. rewrite (sum_ext _ _ (fun i => / mass_pos S * v S j * w S i)) by (intros; rewrite !I by assumption; ring).
    rewrite sum_scale. fold (mass_pos S). field. lra.
Qed.

Section Wasserstein.
Context {M : metric} (S : sample M) (B : balanced S).

Lemma wasserstein_glb : is_glb_Rbar (fun r => exists gamma, carries S gamma /\ r = cost S gamma) (Finite (wasserstein S)).
Proof.
  unfold wasserstein. destruct (Glb_Rbar_correct (fun r => exists gamma, carries S gamma /\ r = cost S gamma)) as [low great].
  destruct (some_plan M S B) as [gamma C].
  assert (F : is_finite (Glb_Rbar (fun r => exists gamma, carries S gamma /\ r = cost S gamma))).
  { pose proof (low (cost S gamma) (ex_intro _ gamma (conj C eq_refl))) as up.
    assert (down : Rbar_le 0 (Glb_Rbar (fun r => exists gamma, carries S gamma /\ r = cost S gamma))).
    { apply great. intros r [g [[P _] ->]]. apply cost_nonneg, P. }
    destruct (Glb_Rbar _); simpl in *; try contradiction. reflexivity. }
  rewrite F. split; assumption.
Qed.

Lemma wasserstein_le gamma : carries S gamma -> wasserstein S <= cost S gamma.
Proof. intros C. apply (proj1 wasserstein_glb (cost S gamma)). exists gamma. auto. Qed.

Lemma wasserstein_ge r : (forall gamma, carries S gamma -> r <= cost S gamma) -> r <= wasserstein S.
Proof. intros H. apply (proj2 wasserstein_glb (Finite r)). intros ? [g [C ->]]. apply H, C. Qed.

(** Weak duality. *)
Lemma gap_below_cost L f gamma : lipschitz L f -> carries S gamma -> mean_gap S f <= L * cost S gamma.
Proof.
  intros H [P [A A']]. pose proof (transported M S L f gamma H P) as T. unfold mean_gap, gain.
  rewrite (sum_ext (many S) _ (fun i => w S i * f (x S i))) in T by (intros i I; rewrite A by exact I; reflexivity).
  rewrite (sum_ext (others S) _ (fun j => v S j * f (z S j))) in T by (intros j J; rewrite A' by exact J; reflexivity). exact T.
Qed.

(** * Strong duality, by Gordan's alternative for the values f (x_i), f (z_j) and a scale *)

Definition unit_vector (i k : nat) : R := if Nat.eqb k i then 1 else 0.

Lemma sum_unit n i h : (i < n)%nat -> sum n (fun k => unit_vector i k * h k) = h i.
Proof.
  intros I. unfold unit_vector. induction n; [lia|]. simpl. destruct (Nat.eqb_spec n i) as [->|N].
  - rewrite (sum_ext i _ (fun _ => 0)), sum_zero; [ring|]. intros k K. destruct (Nat.eqb_spec k i); [lia|ring].
  - rewrite IHn by lia. ring.
Qed.

Lemma sum_unit_other n k h : (k < n)%nat -> sum n (fun i => unit_vector i k * h i) = h k.
Proof. intros K. rewrite <- (sum_unit n k h K). apply sum_ext. intros i _. unfold unit_vector. rewrite Nat.eqb_sym. reflexivity. Qed.

Lemma dot_unit n a i : (i < n)%nat -> dot n a (unit_vector i) = a i.
Proof. intros I. rewrite dot_sym. apply sum_unit, I. Qed.

Lemma sum_two m n h : sum (m + n) h = sum m h + sum n (fun j => h (m + j)%nat).
Proof. induction n; [rewrite Nat.add_0_r; simpl; ring|]. rewrite Nat.add_succ_r. simpl. rewrite IHn. ring. Qed.

Let m := many S.
Let n := others S.
Let top := (m + n)%nat.

Definition pair_row (i j k : nat) : R :=
  dist (x S i) (z S j) * unit_vector top k + (-1 * unit_vector i k + unit_vector (m + j) k).
Definition gap_row (c : R) (k : nat) : R :=
  if (k <? m)%nat then w S k else if (k <? top)%nat then - v S (k - m) else - c.
Definition rows (c : R) : list (nat -> R) :=
  unit_vector top :: gap_row c :: map (fun ij => pair_row (fst ij) (snd ij)) (list_prod (seq 0 m) (seq 0 n)).

Lemma in_rows c i j : (i < m)%nat -> (j < n)%nat -> In (pair_row i j) (rows c).
Proof.
  intros I J. right. right. apply in_map_iff. exists (i, j). split; [reflexivity|]. apply in_prod; apply in_seq; lia.
Qed.

Lemma dot_pair a i j : (i < m)%nat -> (j < n)%nat ->
  dot (Datatypes.S top) a (pair_row i j) = dist (x S i) (z S j) * a top + (- a i + a (m + j)%nat).
Proof.
  intros I J. unfold pair_row. rewrite dot_plus, dot_scale, dot_plus, dot_scale, !dot_unit by (unfold top; lia). ring.
Qed.

Lemma dot_gap a c : dot (Datatypes.S top) a (gap_row c) =
  sum m (fun i => w S i * a i) - sum n (fun j => v S j * a (m + j)%nat) - c * a top.
Proof.
  unfold dot. simpl. unfold top at 1. rewrite sum_two. unfold gap_row.
  rewrite (sum_ext m _ (fun i => w S i * a i)).
  2:{ intros i I. destruct (Nat.ltb_spec i m); [ring|lia]. }
  rewrite (sum_ext n _ (fun j => -1 * (v S j * a (m + j)%nat))), sum_scale.
  2:{ intros j J. destruct (Nat.ltb_spec (m + j) m); [lia|]. destruct (Nat.ltb_spec (m + j) top); [|unfold top in *; lia].
      replace (m + j - m)%nat with j by lia. ring. }
  destruct (Nat.ltb_spec top m); [unfold top in *; lia|]. destruct (Nat.ltb_spec top top); [lia|]. ring.
Qed.

(** A vector in the cone of the rows is made of a plan, up to its marginals. *)
Lemma cone_plan c y : cone (rows c) y -> exists l u gamma, 0 <= l /\ 0 <= u /\ (forall i j, 0 <= gamma i j) /\
  0 < l + u + sum m (fun i => sum n (gamma i)) /\
  (forall i, (i < m)%nat -> y i = u * w S i - sent n gamma i) /\
  (forall j, (j < n)%nat -> y (m + j)%nat = received m gamma j - u * v S j) /\ y top = l + cost S gamma - u * c.
Proof.
  assert (Z : forall k, sum k (fun _ => 0) = 0) by apply sum_zero.
  assert (Zero_total : sum m (fun _ => sum n (fun _ => 0)) = 0) by (rewrite (sum_ext m _ (fun _ => 0)) by (intros; apply Z); apply Z).
  assert (Zero_cost : cost S (fun _ _ => 0) = 0).
  { transitivity (sum m (fun _ => sum n (fun _ => 0))); [|exact Zero_total]. apply sum_ext. intros. apply sum_ext. intros. ring. }
  intros C. induction C as [y I|y y' _ IH _ IH'|t y T _ IH].
  - destruct I as [<-|[<-|I]].
    + exists 1, 0, (fun _ _ => 0). rewrite Zero_cost, Zero_total. unfold sent, received. rewrite !Z.
      unfold unit_vector. repeat split; try lra; [intros; lra|intros i I|intros j J|].
      * destruct (Nat.eqb_spec i top); [unfold top in *; lia|ring].
      * destruct (Nat.eqb_spec (m + j) top); [unfold top in *; lia|ring].
      * rewrite Nat.eqb_refl. ring.
    + exists 0, 1, (fun _ _ => 0). rewrite Zero_cost, Zero_total. unfold sent, received. rewrite !Z.
      unfold gap_row. repeat split; try lra; [intros; lra|intros i I|intros j J|].
      * destruct (Nat.ltb_spec i m); [ring|lia].
      * destruct (Nat.ltb_spec (m + j) m); [lia|]. destruct (Nat.ltb_spec (m + j) top); [|unfold top in *; lia].
        replace (m + j - m)%nat with j by lia. ring.
      * destruct (Nat.ltb_spec top m); [unfold top in *; lia|]. destruct (Nat.ltb_spec top top); [lia|]. ring.
    + apply in_map_iff in I as [[i j] [<- I]]. apply in_prod_iff in I as [I J]. apply in_seq in I, J. simpl fst. simpl snd.
      assert (I' : (i < m)%nat) by lia. assert (J' : (j < n)%nat) by lia.
      exists 0, 0, (fun p q => unit_vector i p * unit_vector j q).
      assert (U : forall a b, 0 <= unit_vector a b) by (intros; unfold unit_vector; destruct Nat.eqb; lra).
      assert (One : forall k a, (a < k)%nat -> sum k (unit_vector a) = 1).
      { intros k a A. rewrite (sum_ext k _ (fun b => unit_vector a b * 1)) by (intros; ring). apply (sum_unit k a (fun _ => 1) A). }
      assert (Sent : forall p, sent n (fun p q => unit_vector i p * unit_vector j q) p = unit_vector i p).
      { intros p. unfold sent. rewrite sum_scale, One by exact J'. ring. }
      assert (Received : forall q, received m (fun p q => unit_vector i p * unit_vector j q) q = unit_vector j q).
      { intros q. unfold received. rewrite (sum_ext m _ (fun p => unit_vector j q * unit_vector i p)), sum_scale, One by (auto; intros; ring). ring. }
      assert (Cost : cost S (fun p q => unit_vector i p * unit_vector j q) = dist (x S i) (z S j)).
      { unfold cost. fold m n. rewrite (sum_ext m _ (fun p => unit_vector i p * dist (x S p) (z S j))).
        - apply (sum_unit m i (fun p => dist (x S p) (z S j)) I').
        - intros p _. rewrite (sum_ext n _ (fun q => unit_vector i p * (unit_vector j q * dist (x S p) (z S q)))), sum_scale by (intros; ring).
          f_equal. apply (sum_unit n j (fun q => dist (x S p) (z S q)) J'). }
      rewrite Cost. split; [lra|]. split; [lra|]. split; [intros; apply Rmult_le_pos; apply U|]. split.
      * rewrite (sum_ext m _ (unit_vector i)), One by (auto; intros; apply Sent). lra.
      * split; [|split]; [intros p P; rewrite Sent|intros q Q; rewrite Received|]; unfold pair_row, unit_vector.
        -- destruct (Nat.eqb_spec p top), (Nat.eqb_spec p (m + j)), (Nat.eqb_spec p i); unfold top in *; try lia; ring.
        -- destruct (Nat.eqb_spec (m + q) top), (Nat.eqb_spec (m + q) i), (Nat.eqb_spec (m + q) (m + j)), (Nat.eqb_spec q j);
             unfold top in *; try lia; ring.
        -- rewrite Nat.eqb_refl. destruct (Nat.eqb_spec top i), (Nat.eqb_spec top (m + j)); unfold top in *; try lia; ring.
  - destruct IH as [l [u [g [L [U [P [N [A [A' E]]]]]]]]], IH' as [l' [u' [g' [L' [U' [P' [N' [B1 [B2 E']]]]]]]]].
    exists (l + l'), (u + u'), (fun i j => g i j + g' i j). split; [lra|]. split; [lra|].
    split; [intros i j; specialize (P i j); specialize (P' i j); lra|]. split.
    { rewrite (sum_ext m _ (fun i => sum n (g i) + sum n (g' i))), sum_plus by (intros; apply sum_plus). lra. }
    split; [|split].
    + intros i I. rewrite A, B1 by exact I. unfold sent. rewrite sum_plus. ring.
    + intros j J. rewrite A', B2 by exact J. unfold received. rewrite sum_plus. ring.
    + rewrite E, E'. unfold cost. fold m n.
      rewrite (sum_ext m (fun i => sum n (fun j => (g i j + g' i j) * _)) (fun i => sum n (fun j => g i j * dist (x S i) (z S j)) +
        sum n (fun j => g' i j * dist (x S i) (z S j)))), sum_plus; [ring|].
      intros i _. rewrite <- sum_plus. apply sum_ext. intros. ring.
  - destruct IH as [l [u [g [L [U [P [N [A [A' E]]]]]]]]]. exists (t * l), (t * u), (fun i j => t * g i j).
    split; [apply Rmult_le_pos; lra|]. split; [apply Rmult_le_pos; lra|]. split; [intros; apply Rmult_le_pos; [lra|apply P]|]. split.
    { rewrite (sum_ext m _ (fun i => t * sum n (g i))), sum_scale by (intros; apply sum_scale). rewrite <- !Rmult_plus_distr_l.
      apply Rmult_lt_0_compat; assumption. }
    split; [|split].
    + intros i I. rewrite A by exact I. unfold sent. rewrite sum_scale. ring.
    + intros j J. rewrite A' by exact J. unfold received. rewrite sum_scale. ring.
    + rewrite E. unfold cost. fold m n. rewrite (sum_ext m (fun i => sum n (fun j => t * g i j * _)) (fun i => t * sum n (fun j => g i j * dist (x S i) (z S j)))), sum_scale; [ring|].
      intros i _. rewrite <- sum_scale. apply sum_ext. intros. ring.
Qed.

(** A number is below the gap of a 1-Lipschitz function, or not below the cost of a plan. *)
Lemma alternative c : (exists f, lipschitz 1 f /\ c < mean_gap S f) \/ exists gamma, carries S gamma /\ cost S gamma <= c.
Proof.
  destruct B as [W [L E]]. destruct (gordan (Datatypes.S top) (rows c)) as [[a A]|[y [C Y]]].
  - left. pose proof (A _ (or_introl eq_refl)) as T. rewrite dot_unit in T by lia.
    pose proof (A _ (or_intror (or_introl eq_refl))) as G. rewrite dot_gap in G.
    assert (D : forall i j, (i < m)%nat -> (j < n)%nat -> a i / a top - a (m + j)%nat / a top <= 1 * dist (x S i) (z S j)).
    { intros i j I J. pose proof (A _ (in_rows c i j I J)) as K. rewrite dot_pair in K by assumption.
      apply Rmult_le_reg_r with (a top); [exact T|]. replace ((a i / a top - a (m + j)%nat / a top) * a top) with (a i - a (m + j)%nat) by (field; lra). lra. }
    destruct (eq_4_pairs M S 1 (fun t => - t) (fun i => a i / a top) (fun j => a (m + j)%nat / a top) W L ltac:(lra) ltac:(intros; lra) D)
      as [f [F [_ [_ R]]]]. exists f. split; [exact F|]. unfold risk in R. unfold mean_gap, gain.
    rewrite (sum_ext (many S) (fun i => w S i * - f (x S i)) (fun i => -1 * (w S i * f (x S i)))), sum_scale in R by (intros; ring).
    rewrite (sum_ext (others S) (fun j => v S j * - - f (z S j)) (fun j => v S j * f (z S j))) in R by (intros; ring).
    rewrite (sum_ext (many S) (fun i => w S i * - (a i / a top)) (fun i => - / a top * (w S i * a i))), sum_scale in R by (intros; unfold Rdiv; ring).
    rewrite (sum_ext (others S) (fun j => v S j * - - _) (fun j => / a top * (v S j * a (m + j)%nat))), sum_scale in R by (intros; unfold Rdiv; ring).
    unfold m, n in *. set (p := sum (many S) (fun i => w S i * a i)) in *. set (q := sum (others S) (fun j => v S j * a (many S + j)%nat)) in *.
    assert (c < / a top * (p - q)); [|lra]. apply Rmult_lt_reg_l with (a top); [exact T|]. rewrite <- Rmult_assoc, Rinv_r by lra. lra.
  - right. destruct (cone_plan c y C) as [l [u [g [Ll [U [P [N [A [A' K]]]]]]]]].
    rewrite Y in K by lia.
    assert (Sent : forall i, (i < m)%nat -> sent n g i = u * w S i) by (intros i I; specialize (A i I); rewrite Y in A by (unfold top; lia); lra).
    assert (Received : forall j, (j < n)%nat -> received m g j = u * v S j) by (intros j J; specialize (A' j J); rewrite Y in A' by (unfold top; lia); lra).
    pose proof (cost_nonneg M S g P) as Q. destruct U as [U|U].
    + exists (fun i j => / u * g i j). pose proof (Rinv_0_lt_compat _ U). split; [split; [|split]|].
      * intros. apply Rmult_le_pos; [lra|apply P].
      * intros i I. unfold sent. rewrite sum_scale. change (sum (others S) (g i)) with (sent n g i). rewrite Sent by exact I. field. lra.
      * intros j J. unfold received. rewrite sum_scale. change (sum (many S) (fun i => g i j)) with (received m g j). rewrite Received by exact J. field. lra.
      * replace (cost S (fun i j => / u * g i j)) with (/ u * cost S g).
        -- apply Rmult_le_reg_l with u; [exact U|]. rewrite <- Rmult_assoc, Rinv_r by lra. lra.
        -- unfold cost. rewrite <- sum_scale. apply sum_ext. intros. rewrite <- sum_scale. apply sum_ext. intros. ring.
    + exfalso. subst u. rewrite (sum_ext m _ (fun _ => 0)), sum_zero in N by (intros i I; change (sum n (g i)) with (sent n g i); rewrite Sent by exact I; ring). lra.
Qed.
End Wasserstein.

Theorem kantorovich_rubinstein : forall (M : metric) (S : sample M), balanced S ->
  is_lub (fun r => exists f, lipschitz 1 f /\ r = mean_gap S f) (wasserstein S).
Proof.
  intros M S B. split.
  - intros r [f [F ->]]. apply wasserstein_ge; [exact B|]. intros gamma C. rewrite <- (Rmult_1_l (cost S gamma)). apply gap_below_cost; assumption.
  - intros b up. apply Rnot_lt_le. intros K.
    destruct (alternative S B ((b + wasserstein S) / 2)) as [[f [F G]]|[gamma [C G]]].
    + specialize (up _ (ex_intro _ f (conj F eq_refl))). lra.
    + pose proof (wasserstein_le S B gamma C). lra.
Qed.

Lemma gap_below (M : metric) (S : sample M) L f : balanced S -> 0 <= L -> lipschitz L f -> mean_gap S f <= L * wasserstein S.
Proof.
  intros B P H. assert (K := fun gamma => gap_below_cost S L f gamma H).
  destruct P as [P|<-].
  - apply Rmult_le_reg_l with (/ L); [apply Rinv_0_lt_compat, P|]. rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l by lra.
    apply wasserstein_ge; [exact B|]. intros gamma C. apply Rmult_le_reg_l with L; [exact P|]. rewrite <- Rmult_assoc, Rinv_r by lra.
    rewrite Rmult_1_l. apply K, C.
  - destruct (some_plan M S B) as [gamma C]. specialize (K gamma C). lra.
Qed.

(** Minimisers of the BCE are the L-Lipschitz functions that are L times potentials between their own reweighted classes. *)
Theorem app_e_potential : forall (M : metric) (S : sample M) (L : R) (f : M -> R), weighted S -> both_labels S -> 0 <= L ->
  lipschitz L f ->
  let reweighted := Sample M (many S) (x S) (fun i => w S i * sigma (- f (x S i))) (others S) (z S) (fun j => v S j * sigma (f (z S j))) in
  minimises bce S L f <-> mass_pos reweighted = mass_neg reweighted /\ mean_gap reweighted f = L * wasserstein reweighted.
Proof.
  intros M S L f W B P H T.
  assert (V : weighted T) by (destruct W as [W V]; split; simpl; intros; (apply Rmult_lt_0_compat; [auto|apply sigma_range])).
  rewrite (potentials M S L f W B). change (gain S _ _) with (mean_gap T).
  change (sum (many S) _ = sum (others S) _) with (mass_pos T = mass_neg T). split.
  - intros [_ [E most]]. assert (BT : balanced T) by (repeat split; auto; apply V || apply B). split; [exact E|].
    apply Rle_antisym; [apply gap_below; assumption|]. destruct P as [P|<-].
    + apply Rmult_le_reg_l with (/ L); [apply Rinv_0_lt_compat, P|]. rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l by lra.
      apply (proj2 (kantorovich_rubinstein M T BT)). intros r [g [G ->]]. apply Rmult_le_reg_l with L; [exact P|].
      rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. pose proof (scaled_lipschitz M g L 1 P G) as K. rewrite Rmult_1_r in K.
      specialize (most _ K). eapply Rle_trans; [|exact most]. right. unfold mean_gap, gain. rewrite Rmult_minus_distr_l, <- !sum_scale.
      f_equal; apply sum_ext; intros; ring.
    + rewrite Rmult_0_l. specialize (most (fun _ => 0)). eapply Rle_trans; [|apply most].
      * right. unfold mean_gap, gain. rewrite !(sum_ext _ (fun i => _ * 0) (fun _ => 0)), !sum_zero by (intros; ring). ring.
      * intros s t. rewrite Rminus_diag_eq, Rabs_R0, Rmult_0_l by reflexivity. apply Rle_refl.
  - intros [E G]. split; [exact H|]. split; [exact E|]. intros g Lg. rewrite G. apply gap_below; [|exact P|exact Lg].
    repeat split; auto; apply V || apply B.
Qed.

(** Two Dirac masses are as far apart as their points. *)
Lemma test_wasserstein (M : metric) (p q : M) : let S := Sample M 1 (fun _ => p) (fun _ => 1) 1 (fun _ => q) (fun _ => 1) in
  balanced S /\ wasserstein S = dist p q.
Proof.
  intros S. assert (B : balanced S).
  { split; [split; simpl; intros; lra|]. split; [split; simpl; lia|]. reflexivity. }
  split; [exact B|]. apply Rle_antisym.
  - replace (dist p q) with (cost S (fun _ _ => 1)) by (unfold cost; simpl; ring). apply wasserstein_le; [exact B|].
    split; [intros; lra|]. split; intros; unfold sent, received; simpl; ring.
  - apply wasserstein_ge; [exact B|]. intros gamma [_ [A _]]. specialize (A 0%nat ltac:(simpl; lia)).
    unfold sent in A. unfold cost. simpl in *. replace (0 + gamma 0%nat 0%nat) with (gamma 0%nat 0%nat) in A by ring. rewrite A. lra.
Qed.
