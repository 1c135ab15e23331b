(** Appendix E: minimisers of the binary cross-entropy as potentials between the reweighted classes. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses Entropy Risk Minimisers.
Open Scope R_scope.

Definition gain {M : metric} (S : sample M) (a b : nat -> R) (h : M -> R) :=
  sum (many S) (fun i => a i * h (x S i)) - sum (others S) (fun j => b j * h (z S j)).

Lemma sigma_slope s t : Rabs (sigma s - sigma t) <= Rabs (s - t).
Proof.
  assert (H : forall s t, s <= t -> 0 <= sigma t - sigma s <= t - s).
  { intros u v [L| ->]; [|split; lra]. pose proof (sigma_increasing u v L). split; [lra|].
    pose proof (bce_line v u) as [A _]. pose proof (bce_line u v) as [B _].
    assert (E : exp (- (v - u)) * exp (- u) = exp (- v)) by (rewrite <- exp_plus; f_equal; ring).
    pose proof (exp_pos (- u)) as P. pose proof (exp_pos (- v)) as Q. pose proof (exp_ineq1_le (- (v - u))) as K.
    assert (D : sigma v - sigma u = (exp (- u) - exp (- v)) * / (1 + exp (- u)) * / (1 + exp (- v))) by (unfold sigma; field; lra).
    assert (I1 : 0 < / (1 + exp (- u))) by (apply Rinv_0_lt_compat; lra). assert (I2 : 0 < / (1 + exp (- v))) by (apply Rinv_0_lt_compat; lra).
    assert (J2 : / (1 + exp (- v)) <= 1) by (rewrite <- Rinv_1 at 2; apply Rinv_le_contravar; lra).
    assert (J1 : exp (- u) * / (1 + exp (- u)) <= 1) by (apply Rmult_le_reg_r with (1 + exp (- u)); [lra|]; field_simplify; lra).
    assert (F : (exp (- u) - exp (- v)) * / (1 + exp (- u)) <= v - u).
    { rewrite <- E. replace ((exp (- u) - exp (- (v - u)) * exp (- u)) * / (1 + exp (- u)))
        with ((1 - exp (- (v - u))) * (exp (- u) * / (1 + exp (- u)))) by ring.
      assert (0 <= exp (- u) * / (1 + exp (- u))) by (apply Rmult_le_pos; lra). nra. }
    assert (0 <= (exp (- u) - exp (- v)) * / (1 + exp (- u))) by (apply Rmult_le_pos; [|lra]; pose proof (exp_increasing (- v) (- u) ltac:(lra)); lra).
    rewrite D. nra. }
  destruct (Rle_lt_dec s t) as [L|L]; [pose proof (H s t L); rewrite !Rabs_left1; lra|pose proof (H t s ltac:(lra)); rewrite !Rabs_right; lra].
Qed.

Section Potential.
Context {M : metric} (S : sample M) (W : weighted S).

(** The risk lies above its tangent at f. *)
Lemma risk_tangent f g : let a i := w S i * sigma (- f (x S i)) in let b j := v S j * sigma (f (z S j)) in
  risk bce S f - (gain S a b g - gain S a b f) <= risk bce S g.
Proof.
  intros a b. destruct W as [Wp Wn]. unfold gain, risk.
  assert (A : sum (many S) (fun i => w S i * bce (f (x S i))) <= sum (many S) (fun i => w S i * bce (g (x S i))) +
    (sum (many S) (fun i => a i * g (x S i)) - sum (many S) (fun i => a i * f (x S i)))).
  { rewrite <- sum_minus, <- sum_plus. apply sum_le. intros i I. specialize (Wp i I).
    pose proof (proj1 (bce_line (f (x S i)) (g (x S i)))) as K. unfold a. nra. }
  assert (B : sum (others S) (fun j => v S j * bce (- f (z S j))) <= sum (others S) (fun j => v S j * bce (- g (z S j))) -
    (sum (others S) (fun j => b j * g (z S j)) - sum (others S) (fun j => b j * f (z S j)))).
  { rewrite <- !sum_minus. apply sum_le. intros j J. specialize (Wn j J).
    pose proof (proj1 (bce_line (- f (z S j)) (- g (z S j)))) as K. rewrite Ropp_involutive in K. unfold b. nra. }
  lra.
Qed.

Lemma towards_lipschitz L f g e : 0 <= e <= 1 -> lipschitz L f -> lipschitz L g -> lipschitz (M := M) L (fun u => f u + e * (g u - f u)).
Proof.
  intros [P Q] H G. apply lipschitz_le. intros s t. pose proof (proj1 (lipschitz_le L f) H s t). pose proof (proj1 (lipschitz_le L g) G s t).
  replace (f s + e * (g s - f s) - (f t + e * (g t - f t))) with ((1 - e) * (f s - f t) + e * (g s - g t)) by ring. nra.
Qed.

Lemma step_down L f g : minimises bce S L f -> lipschitz L g ->
  let a i := w S i * sigma (- f (x S i)) in let b j := v S j * sigma (f (z S j)) in gain S a b g <= gain S a b f.
Proof.
  intros [H least] G a b. destruct W as [Wp Wn].
  set (c := sum (many S) (fun i => w S i * ((g (x S i) - f (x S i)) * (g (x S i) - f (x S i)))) +
    sum (others S) (fun j => v S j * ((g (z S j) - f (z S j)) * (g (z S j) - f (z S j))))).
  assert (C : 0 <= c) by (apply Rplus_le_le_0_compat; apply sum_nonneg; intros; (apply Rmult_le_pos; [apply Rlt_le; auto|apply Rle_0_sqr])).
  assert (K : forall e, 0 < e <= 1 -> gain S a b g - gain S a b f <= e * c).
  { intros e [P Q]. set (h := fun u => f u + e * (g u - f u)).
    assert (Lh : lipschitz L h) by (apply towards_lipschitz; auto; lra).
    pose proof (risk_tangent h f) as T. cbv zeta in T. specialize (least h Lh).
    set (a' := fun i => w S i * sigma (- h (x S i))) in T. set (b' := fun j => v S j * sigma (h (z S j))) in T.
    assert (E : gain S a' b' f - gain S a' b' h = - e * (gain S a' b' g - gain S a' b' f)).
    { unfold gain. rewrite (sum_ext (many S) (fun i => a' i * h (x S i)) (fun i => (1 - e) * (a' i * f (x S i)) + e * (a' i * g (x S i)))) by (intros; unfold h; ring).
      rewrite (sum_ext (others S) (fun j => b' j * h (z S j)) (fun j => (1 - e) * (b' j * f (z S j)) + e * (b' j * g (z S j)))) by (intros; unfold h; ring).
      rewrite !sum_plus, !sum_scale. ring. }
    rewrite E in T. assert (D : gain S a' b' g - gain S a' b' f <= 0) by nra.
    assert (N : gain S a b g - gain S a b f <= gain S a' b' g - gain S a' b' f + e * c); [|lra].
    unfold gain, c. rewrite Rmult_plus_distr_l, <- !sum_scale.
    assert (A1 : sum (many S) (fun i => a i * g (x S i)) - sum (many S) (fun i => a i * f (x S i)) <=
      sum (many S) (fun i => a' i * g (x S i)) - sum (many S) (fun i => a' i * f (x S i)) +
      sum (many S) (fun i => e * (w S i * ((g (x S i) - f (x S i)) * (g (x S i) - f (x S i)))))).
    { rewrite <- !sum_minus, <- sum_plus. apply sum_le. intros i I. specialize (Wp i I). unfold a, a', h.
      set (d := g (x S i) - f (x S i)). pose proof (sigma_slope (- f (x S i)) (- (f (x S i) + e * d))) as V.
      replace (- f (x S i) - - (f (x S i) + e * d)) with (e * d) in V by ring. rewrite (Rabs_mult e), (Rabs_right e) in V by lra.
      set (k := sigma (- f (x S i)) - sigma (- (f (x S i) + e * d))) in *.
      assert (k * d <= e * (d * d)).
      { apply Rle_trans with (1 := Rle_abs _). rewrite Rabs_mult. replace (d * d) with (Rabs d * Rabs d) by (rewrite <- Rabs_mult; apply Rabs_right, Rle_ge, Rle_0_sqr).
        rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [apply Rabs_pos|exact V]. }
      replace (g (x S i)) with (f (x S i) + d) by (unfold d; ring). unfold k in *. nra. }
    assert (A2 : - (sum (others S) (fun j => b j * g (z S j)) - sum (others S) (fun j => b j * f (z S j))) <=
      - (sum (others S) (fun j => b' j * g (z S j)) - sum (others S) (fun j => b' j * f (z S j))) +
      sum (others S) (fun j => e * (v S j * ((g (z S j) - f (z S j)) * (g (z S j) - f (z S j)))))).
    { assert (sum (others S) (fun j => b' j * g (z S j)) - sum (others S) (fun j => b' j * f (z S j)) <=
        sum (others S) (fun j => b j * g (z S j)) - sum (others S) (fun j => b j * f (z S j)) +
        sum (others S) (fun j => e * (v S j * ((g (z S j) - f (z S j)) * (g (z S j) - f (z S j)))))); [|lra].
      rewrite <- !sum_minus, <- sum_plus. apply sum_le. intros j J. specialize (Wn j J). unfold b, b', h.
      set (d := g (z S j) - f (z S j)). pose proof (sigma_slope (f (z S j) + e * d) (f (z S j))) as V.
      replace (f (z S j) + e * d - f (z S j)) with (e * d) in V by ring. rewrite (Rabs_mult e), (Rabs_right e) in V by lra.
      set (k := sigma (f (z S j) + e * d) - sigma (f (z S j))) in *.
      assert (k * d <= e * (d * d)).
      { apply Rle_trans with (1 := Rle_abs _). rewrite Rabs_mult. replace (d * d) with (Rabs d * Rabs d) by (rewrite <- Rabs_mult; apply Rabs_right, Rle_ge, Rle_0_sqr).
        rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [apply Rabs_pos|exact V]. }
      replace (g (z S j)) with (f (z S j) + d) by (unfold d; ring). unfold k in *. nra. }
    lra. }
  apply Rnot_lt_le. intros N. set (d := gain S a b g - gain S a b f) in *. assert (0 < d) by (unfold d; lra).
  specialize (K (Rmin 1 (d / (2 * (1 + c))))). assert (Q : 0 < d / (2 * (1 + c))) by (apply Rdiv_lt_0_compat; lra).
  pose proof (Rmin_l 1 (d / (2 * (1 + c)))). pose proof (Rmin_r 1 (d / (2 * (1 + c)))).
  specialize (K ltac:(split; [apply Rmin_glb_lt; lra|lra])).
  assert (d / (2 * (1 + c)) * (1 + c) = d / 2) by (field; lra). nra.
Qed.
End Potential.

Lemma potentials : forall (M : metric) (S : sample M) (L : R) (f : M -> R), weighted S -> both_labels S ->
  let a i := w S i * sigma (- f (x S i)) in let b j := v S j * sigma (f (z S j)) in
  minimises bce S L f <-> lipschitz L f /\ sum (many S) a = sum (others S) b /\ forall g, lipschitz L g -> gain S a b g <= gain S a b f.
Proof.
  intros M S L f W B a b. split.
  - intros H. pose proof H as [Lf _]. split; [exact Lf|].
    assert (G : forall g, lipschitz L g -> gain S a b g <= gain S a b f) by (intros g; apply (step_down S W L f g H)).
    split; [|exact G]. assert (E : forall c, gain S a b (fun u => f u + c) = gain S a b f + c * (sum (many S) a - sum (others S) b)).
    { intros c. unfold gain. rewrite (sum_ext (many S) _ (fun i => a i * f (x S i) + c * a i)) by (intros; ring).
      rewrite (sum_ext (others S) _ (fun j => b j * f (z S j) + c * b j)) by (intros; ring). rewrite !sum_plus, !sum_scale. ring. }
    pose proof (G _ (shifted M L 1 f Lf)) as A. pose proof (G _ (shifted M L (-1) f Lf)) as C. rewrite E in A, C. lra.
  - intros [Lf [_ G]]. split; [exact Lf|]. intros g Lg. pose proof (risk_tangent S W f g) as T. cbv zeta in T. fold a b in T.
    specialize (G g Lg). lra.
Qed.
