(** Equation 26: the steepest function of a given slope, and the slowest of a given gain, are the same. *)
From Coq Require Import Reals Lra Lia List ClassicalEpsilon FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Losses Entropy Risk Minimisers Reweighted Duality.
Open Scope R_scope.

(** Lip(f) = l: the least Lipschitz constant. *)
Definition slope {M : metric} (f : M -> R) (l : R) := 0 <= l /\ lipschitz l f /\ forall k, 0 <= k -> lipschitz k f -> l <= k.

Section Sets.
Context {M : metric} (G : (M -> R) -> R).
(** arg min of Lip(f) where G f >= c; functions without a Lipschitz constant are worse than all others. *)
Definition slowest (c : R) (f : M -> R) := exists l, slope f l /\ c <= G f /\ forall g k, slope g k -> c <= G g -> l <= k.
(** arg max of G f where Lip(f) = l. *)
Definition steepest (l : R) (f : M -> R) := slope f l /\ forall g, slope g l -> G g <= G f.
End Sets.
(** e A. *)
Definition multiples {M : metric} (e : R) (A : (M -> R) -> Prop) (f : M -> R) := exists g, A g /\ forall u, f u = e * g u.

(** |x| on the line has the constant 1; of all functions with f 1 - f 0 >= 3 those that rise by just 3 there are slowest. *)
Lemma test_slope : slope (M := line) Rabs 1 /\ ~ slope (M := line) Rabs 2.
Proof.
  assert (H : lipschitz (M := line) 1 Rabs) by (intros a b; rewrite Rmult_1_l; apply Rabs_triang_inv2).
  split; [|intros [_ [_ K]]; specialize (K 1 ltac:(lra) H); lra]. split; [lra|]. split; [exact H|].
  intros k K L. specialize (L 1 0). simpl in L. rewrite Rabs_R0, !Rminus_0_r, Rabs_Rabsolu, Rabs_R1 in L. lra.
Qed.

Lemma test_sets : let G (f : line -> R) := f 1 - f 0 in slowest G 3 (fun t => 3 * t) /\ ~ slowest G 3 (fun t => 4 * t) /\
  steepest G 3 (fun t => 3 * t) /\ ~ steepest G 3 (fun t => -3 * t) /\ multiples 3 (steepest G 1) (fun t => 3 * t).
Proof.
  intros G.
  assert (S : forall c, slope (M := line) (fun t => c * t) (Rabs c)).
  { intros c. split; [apply Rabs_pos|]. split.
    - intros a b. simpl. rewrite <- Rmult_minus_distr_l, Rabs_mult. lra.
    - intros k P H. specialize (H 1 0). simpl in H. replace (c * 1 - c * 0) with c in H by ring. rewrite Rminus_0_r, Rabs_R1 in H. lra. }
  assert (U : forall (g : line -> R) k, slope g k -> G g <= k).
  { intros g k [_ [H _]]. pose proof (proj1 (lipschitz_le k g) H 1 0) as K. simpl in K. rewrite Rminus_0_r, Rabs_R1 in K. unfold G. lra. }
  pose proof (S 3) as S3. pose proof (S 4) as S4. pose proof (S 1) as S1. pose proof (S (-3)) as S3'.
  rewrite Rabs_right in S1, S3, S4 by lra. rewrite Rabs_left in S3' by lra.
  split; [|split; [|split; [|split]]].
  - exists 3. split; [exact S3|]. split; [unfold G; lra|]. intros g k K H. specialize (U g k K). lra.
  - intros [l [[_ [H _]] [_ K]]]. specialize (K _ 3 S3 ltac:(unfold G; lra)). specialize (H 1 0). simpl in H.
    rewrite Rminus_0_r, Rabs_R1 in H. replace (4 * 1 - 4 * 0) with 4 in H by ring. rewrite Rabs_right in H; lra.
  - split; [exact S3|]. intros g K. specialize (U g 3 K). unfold G in *. lra.
  - intros [_ K]. specialize (K _ S3). unfold G in K. lra.
  - exists (fun t => 1 * t). split; [|intros; ring]. split; [exact S1|]. intros g K. specialize (U g 1 K). unfold G in *. lra.
Qed.

Lemma some_slope (M : metric) (f : M -> R) k : 0 <= k -> lipschitz k f -> exists l, slope f l /\ l <= k.
Proof.
  intros K H. destruct (completeness (fun r => r <= 0 /\ lipschitz (- r) f)) as [m [up least]].
  - exists 0. intros r [R _]. exact R.
  - exists (- k). split; [lra|]. rewrite Ropp_involutive. exact H.
  - assert (N : m <= 0) by (apply least; intros r [R _]; exact R). exists (- m). split.
    + split; [lra|]. split.
      * intros a b. assert (D := dist_nonneg M a b). apply Rnot_lt_le. intros L.
        destruct D as [D|D]; [|specialize (H a b); rewrite <- D in *; lra].
        set (q := Rabs (f a - f b) / dist a b).
        assert (Q : q * dist a b = Rabs (f a - f b)) by (unfold q; field; lra).
        assert (m <= - q); [|nra]. apply least. intros r [_ X]. specialize (X a b). rewrite <- Q in X. nra.
      * intros j J X. assert (- j <= m); [|lra]. apply up. split; [lra|]. rewrite Ropp_involutive. exact X.
    + assert (- k <= m); [|lra]. apply up. split; [lra|]. rewrite Ropp_involutive. exact H.
Qed.

Lemma times_lipschitz (M : metric) (f : M -> R) c k : 0 <= c -> lipschitz k f -> lipschitz (c * k) (fun u => c * f u).
Proof.
  intros C H a b. rewrite <- Rmult_minus_distr_l, Rabs_mult, (Rabs_right c), Rmult_assoc by lra. apply Rmult_le_compat_l; [exact C|apply H].
Qed.

Lemma divided_lipschitz (M : metric) (f : M -> R) c k : 0 < c -> lipschitz k (fun u => c * f u) -> lipschitz (k / c) f.
Proof.
  intros C H. apply (times_lipschitz M _ (/ c)) in H; [|apply Rlt_le, Rinv_0_lt_compat, C].
  intros a b. specialize (H a b). cbv beta in H. replace (/ c * (c * f a)) with (f a) in H by (field; lra).
  replace (/ c * (c * f b)) with (f b) in H by (field; lra). unfold Rdiv. rewrite (Rmult_comm k). exact H.
Qed.

Lemma slope_times (M : metric) (f : M -> R) c l : 0 < c -> slope f l -> slope (fun u => c * f u) (c * l).
Proof.
  intros C [P [H least]]. split; [apply Rmult_le_pos; lra|]. split; [apply times_lipschitz; [lra|exact H]|].
  intros k K X. apply divided_lipschitz in X; [|exact C]. specialize (least (k / c) ltac:(apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat, C]) X).
  replace k with (c * (k / c)) by (field; lra). apply Rmult_le_compat_l; lra.
Qed.

(** What is used of expectations: c f has c times that of f. *)
Definition homogeneous {M : metric} (P : (M -> R) -> R) :=
  forall f c k, 0 < c -> lipschitz k f -> P (fun u => c * f u) = c * P f.

Section Exchange.
Context {M : metric} (G : (M -> R) -> R) (W : R) (H : homogeneous G)
  (dual : is_lub (fun r => exists f, lipschitz 1 f /\ r = G f) W) (PW : 0 < W).

Lemma most f l : slope f l -> G f <= l * W.
Proof.
  intros [P [L _]].
  assert (K : forall k, 0 < k -> lipschitz k f -> G f <= k * W).
  { intros k Q X. assert (Y : lipschitz 1 (fun u => / k * f u)).
    { replace 1 with (/ k * k) by (field; lra). apply times_lipschitz; [apply Rlt_le, Rinv_0_lt_compat, Q|exact X]. }
    pose proof (proj1 dual _ (ex_intro _ _ (conj Y eq_refl))) as Z. rewrite (H f (/ k) k) in Z; [|apply Rinv_0_lt_compat, Q|exact X].
    replace (G f) with (k * (/ k * G f)) by (field; lra). apply Rmult_le_compat_l; lra. }
  apply Rnot_lt_le. intros N. set (d := (G f - l * W) / (2 * W)).
  assert (D : 0 < d) by (apply Rdiv_lt_0_compat; lra). specialize (K (l + d) ltac:(lra)).
  assert (E : d * W = (G f - l * W) / 2) by (unfold d; field; lra).
  assert (lipschitz (l + d) f); [|specialize (K H0); lra].
  intros a b. apply Rle_trans with (1 := L a b). apply Rmult_le_compat_r; [apply dist_nonneg|lra].
Qed.

(** Functions of the slope l come near to l W. *)
Lemma near l d : 0 < l -> 0 < d -> exists f, slope f l /\ l * W - d < G f.
Proof.
  intros P D. set (b := Rmin (W / 2) (d / l)).
  assert (Q : 0 < d / l) by (apply Rdiv_lt_0_compat; lra). assert (B : 0 < b) by (apply Rmin_glb_lt; lra).
  pose proof (Rmin_l (W / 2) (d / l)) as B1. pose proof (Rmin_r (W / 2) (d / l)) as B2. fold b in B1, B2.
  assert (exists f, lipschitz 1 f /\ W - b < G f) as [f [F N]].
  { apply NNPP. intros none. assert (W <= W - b); [|lra]. apply (proj2 dual). intros r [f [F ->]].
    apply Rnot_lt_le. intros K. apply none. exists f. auto. }
  destruct (some_slope M f 1 ltac:(lra) F) as [k [K K1]]. pose proof (most f k K) as U.
  assert (K0 : 0 < k) by (destruct K as [[K|K] _]; [exact K|subst k; lra]).
  exists (fun u => (l / k) * f u). split.
  - pose proof (slope_times M f (l / k) k (Rdiv_lt_0_compat _ _ P K0) K) as X.
    replace (l / k * k) with l in X by (field; lra). exact X.
  - rewrite (H f (l / k) k); [|apply Rdiv_lt_0_compat; assumption|apply K].
    assert (l * G f <= l / k * G f).
    { apply Rmult_le_compat_r; [lra|]. apply Rmult_le_reg_r with k; [exact K0|]. replace (l / k * k) with l by (field; lra). nra. }
    assert (l * b <= d); [|nra]. replace d with (l * (d / l)) by (field; lra). apply Rmult_le_compat_l; lra.
Qed.

(** All of the sets are this one. *)
Lemma steepest_is e f : 0 < e -> steepest G e f <-> slope f e /\ G f = e * W.
Proof.
  intros P. split.
  - intros [F best]. split; [exact F|]. apply Rle_antisym; [apply most, F|]. apply Rnot_lt_le. intros N.
    destruct (near e (e * W - G f) P ltac:(lra)) as [g [K L]]. specialize (best g K). lra.
  - intros [F E]. split; [exact F|]. intros g K. rewrite E. apply most, K.
Qed.

Lemma slowest_is e f : 0 < e -> slowest G (e * W) f <-> slope f e /\ G f = e * W.
Proof.
  intros P. split.
  - intros [l [F [C best]]]. pose proof (most f l F) as U. assert (A : e <= l) by nra.
    assert (E : l = e).
    { apply Rle_antisym; [|exact A]. apply Rnot_lt_le. intros N.
      destruct (near ((e + l) / 2) ((l - e) / 2 * W) ltac:(lra) ltac:(apply Rmult_lt_0_compat; lra)) as [g [K L]].
      specialize (best g _ K ltac:(lra)). lra. }
    subst l. split; [exact F|]. lra.
  - intros [F E]. exists e. split; [exact F|]. split; [lra|]. intros g k K C. pose proof (most g k K). nra.
Qed.

Lemma multiples_is (A : (M -> R) -> Prop) e f : 0 < e -> (forall g, A g <-> slope g 1 /\ G g = 1 * W) ->
  (multiples e A f <-> slope f e /\ G f = e * W).
Proof.
  intros P HA. split.
  - intros [g [K E]]. apply HA in K as [F X]. replace f with (fun u => e * g u) by (apply functional_extensionality; intros; symmetry; apply E).
    split; [pose proof (slope_times M g e 1 P F) as Y; rewrite Rmult_1_r in Y; exact Y|]. rewrite (H g e 1 P) by apply F. rewrite X. ring.
  - intros [F E]. exists (fun u => / e * f u). pose proof (Rinv_0_lt_compat _ P). split; [|intros; field; lra]. apply HA. split.
    + pose proof (slope_times M f (/ e) e H0 F) as Y. rewrite Rinv_l in Y by lra. exact Y.
    + rewrite (H f (/ e) e) by (auto; apply F). rewrite E. field. lra.
Qed.

Lemma exchanged e : 0 < e -> forall f, (slowest G (e * W) f <-> multiples e (slowest G W) f) /\
  (multiples e (slowest G W) f <-> multiples e (steepest G 1) f) /\ (multiples e (steepest G 1) f <-> steepest G e f).
Proof.
  intros P f. assert (A : forall g, slowest G W g <-> slope g 1 /\ G g = 1 * W) by (intros g; rewrite <- slowest_is, Rmult_1_l by lra; tauto).
  assert (B : forall g, steepest G 1 g <-> slope g 1 /\ G g = 1 * W) by (intros g; apply steepest_is; lra).
  rewrite (multiples_is _ e f P A), (multiples_is _ e f P B), (steepest_is e f P), (slowest_is e f P). tauto.
Qed.
End Exchange.

(** * Finite laws that differ are apart *)

Lemma mean_gap_homogeneous (M : metric) (S : sample M) : homogeneous (mean_gap S).
Proof.
  intros f c _ _ _. unfold mean_gap, gain. rewrite (sum_ext (many S) _ (fun i => c * (w S i * f (x S i)))) by (intros; ring).
  rewrite (sum_ext (others S) _ (fun j => c * (v S j * f (z S j)))) by (intros; ring). rewrite !sum_scale. ring.
Qed.

(** Any values at finitely many points are those of a Lipschitz function. *)
Lemma lipschitz_on_finite (M : metric) n (p : nat -> M) (h : M -> R) :
  exists k f, 0 < k /\ lipschitz k f /\ forall i, (i <= n)%nat -> f (p i) = h (p i).
Proof.
  set (q := fun i j => if Req_EM_T (dist (p i) (p j)) 0 then 0 else Rabs (h (p i) - h (p j)) / dist (p i) (p j)).
  assert (Q : forall i j, 0 <= q i j).
  { intros i j. unfold q. destruct Req_EM_T; [lra|]. apply Rmult_le_pos; [apply Rabs_pos|].
    apply Rlt_le, Rinv_0_lt_compat. pose proof (dist_nonneg M (p i) (p j)). lra. }
  set (k := sum (S n) (fun i => sum (S n) (q i)) + 1).
  assert (K : forall i j, (i <= n)%nat -> (j <= n)%nat -> q i j <= k).
  { intros i j I J. pose proof (sum_term (S n) (fun i => sum (S n) (q i)) i ltac:(intros; apply sum_nonneg; intros; apply Q) ltac:(lia)).
    pose proof (sum_term (S n) (q i) j ltac:(intros; apply Q) ltac:(lia)). cbv beta in *. unfold k. lra. }
  assert (P : 0 < k) by (specialize (K 0%nat 0%nat ltac:(lia) ltac:(lia)); pose proof (sum_nonneg (S n) (fun i => sum (S n) (q i)) ltac:(intros; apply sum_nonneg; intros; apply Q)); unfold k; lra).
  destruct (mcshane M n p (fun i => h (p i)) k ltac:(lra)) as [f [F [E _]]].
  - intros i j I J. specialize (K i j I J). unfold q in K. destruct (Req_EM_T (dist (p i) (p j)) 0) as [Z|Z].
    + apply (dist_apart M) in Z. rewrite Z, (dist_self M). lra.
    + pose proof (dist_nonneg M (p i) (p j)). apply Rle_trans with (1 := Rle_abs _).
      replace (Rabs (h (p i) - h (p j))) with (Rabs (h (p i) - h (p j)) / dist (p i) (p j) * dist (p i) (p j)) by (field; lra).
      apply Rmult_le_compat_r; lra.
  - exists k, f. auto.
Qed.

Lemma apart (M : metric) (S : sample M) h : balanced S -> mean_gap S h <> 0 -> 0 < wasserstein S.
Proof.
  intros B N. apply Rnot_le_lt. intros Z. apply N.
  destruct (lipschitz_on_finite M (places S) (place_of S) h) as [k [f [K [F E]]]].
  assert (A : forall g, lipschitz k g -> mean_gap S g <= 0).
  { intros g X. assert (Y : lipschitz 1 (fun u => / k * g u)).
    { replace 1 with (/ k * k) by (field; lra). apply times_lipschitz; [apply Rlt_le, Rinv_0_lt_compat, K|exact X]. }
    pose proof (proj1 (kantorovich_rubinstein M S B) _ (ex_intro _ _ (conj Y eq_refl))) as V.
    pose proof (Rinv_0_lt_compat _ K). rewrite (mean_gap_homogeneous M S g (/ k) k) in V by assumption. nra. }
  replace (mean_gap S h) with (mean_gap S f).
  - apply Rle_antisym; [apply A, F|]. pose proof (A _ (opposite_lipschitz M k f F)) as V.
    replace (mean_gap S (fun u => - f u)) with (- mean_gap S f) in V; [lra|]. unfold mean_gap, gain.
    rewrite (sum_ext (many S) (fun i => w S i * - _) (fun i => -1 * (w S i * f (x S i)))), sum_scale by (intros; ring).
    rewrite (sum_ext (others S) (fun j => v S j * - _) (fun j => -1 * (v S j * f (z S j)))), sum_scale by (intros; ring). ring.
  - unfold mean_gap, gain. f_equal; apply sum_ext; intros i I.
    + specialize (E i ltac:(unfold places; lia)). rewrite place_first in E by exact I. rewrite E. reflexivity.
    + specialize (E (many S + i)%nat ltac:(unfold places; lia)). rewrite place_second in E. rewrite E. reflexivity.
Qed.

(** Of any laws if duality holds for them; of finite laws, for which it does. *)
Theorem eq_26_amended :
  (forall (M : metric) (P Q : (M -> R) -> R) (W e : R), homogeneous P -> homogeneous Q ->
    let gain f := P f - Q f in is_lub (fun r => exists f, lipschitz 1 f /\ r = gain f) W -> 0 < W -> 0 < e ->
    forall f, (slowest gain (e * W) f <-> multiples e (slowest gain W) f) /\
      (multiples e (slowest gain W) f <-> multiples e (steepest gain 1) f) /\ (multiples e (steepest gain 1) f <-> steepest gain e f)) /\
  (forall (M : metric) (S : sample M) (e : R), balanced S -> (exists h, mean_gap S h <> 0) -> 0 < e ->
    let W := wasserstein S in
    forall f, (slowest (mean_gap S) (e * W) f <-> multiples e (slowest (mean_gap S) W) f) /\
      (multiples e (slowest (mean_gap S) W) f <-> multiples e (steepest (mean_gap S) 1) f) /\
      (multiples e (steepest (mean_gap S) 1) f <-> steepest (mean_gap S) e f)).
Proof.
  split.
  - intros M P Q W e HP HQ gain dual PW E. apply exchanged; auto. intros f c k C K. unfold gain.
    rewrite (HP f c k C K), (HQ f c k C K). ring.
  - intros M S e B [h N] E W. apply exchanged; [apply mean_gap_homogeneous|apply kantorovich_rubinstein, B|apply (apart M S h B N)|exact E].
Qed.

(** P is the Dirac mass at 1, Q that at 0. *)
Definition one_and_zero : sample line := Sample line 1 (fun _ => 1) (fun _ => 1) 1 (fun _ => 0) (fun _ => 1).

Lemma one_and_zero_laws : balanced one_and_zero /\ wasserstein one_and_zero = 1.
Proof.
  destruct (test_wasserstein line 1 0) as [B E]. split; [exact B|]. unfold one_and_zero. rewrite E. simpl. rewrite Rabs_right; lra.
Qed.

Lemma one_and_zero_means f : mean_gap one_and_zero f = f 1 - f 0.
Proof. unfold mean_gap, gain. simpl. ring. Qed.

Lemma one_and_zero_lub : is_lub (fun r => exists f : line -> R, lipschitz 1 f /\ r = f 1 - f 0) 1.
Proof.
  destruct one_and_zero_laws as [B E]. pose proof (kantorovich_rubinstein line one_and_zero B) as [up least]. rewrite E in *.
  split; [intros r [f [F ->]]|intros b K]; [apply up; exists f; rewrite one_and_zero_means; auto|].
  apply least. intros r [f [F ->]]. rewrite one_and_zero_means. apply K. exists f. auto.
Qed.

Lemma value_homogeneous (c : R) : homogeneous (M := line) (fun f => f c).
Proof. intros f d k _ _. reflexivity. Qed.

Lemma rising : let gain (f : line -> R) := f 1 - f 0 in
  slowest gain (1 * 1) (fun t => t) /\ multiples 1 (slowest gain 1) (fun t => t) /\ multiples 1 (steepest gain 1) (fun t => t).
Proof.
  intros gain. assert (H : homogeneous gain) by (intros f c k _ _; unfold gain; ring).
  assert (S : slope (M := line) (fun t => t) 1).
  { split; [lra|]. split; [intros a b; rewrite Rmult_1_l; apply Rle_refl|]. intros k _ K. specialize (K 1 0). simpl in K. rewrite Rminus_0_r, Rabs_R1 in K. lra. }
  assert (A : slowest gain (1 * 1) (fun t => t)).
  { apply (slowest_is gain 1 H one_and_zero_lub ltac:(lra) 1); [lra|]. split; [exact S|unfold gain; ring]. }
  split; [exact A|]. destruct (exchanged gain 1 H one_and_zero_lub ltac:(lra) 1 ltac:(lra) (fun t => t)) as [E1 [E2 _]]. tauto.
Qed.

Lemma eq_26_amended_inhabited : ltac:(inhabited eq_26_amended).
Proof.
  destruct one_and_zero_laws as [B E].
  assert (K : exists h, mean_gap one_and_zero h <> 0) by (exists (fun t => t); rewrite one_and_zero_means; lra).
  assert (F : mean_gap one_and_zero = fun f => f 1 - f 0) by (apply functional_extensionality, one_and_zero_means).
  split; [split; [|split]; exists line, (fun f => f 1), (fun f => f 0), 1, 1|split; [|split]; exists line, one_and_zero, 1].
  1, 2, 3: split; [apply value_homogeneous|]; split; [apply value_homogeneous|]; split; [exact one_and_zero_lub|]; split; [lra|]; split; [lra|].
  4, 5, 6: split; [exact B|]; split; [exact K|]; split; [lra|]; rewrite ?E, F.
  all: exists (fun t => t); apply rising.
Qed.

