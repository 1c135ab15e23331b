(** Example 3: four weighted points on the line, and the threshold log 17. *)
From Coq Require Import Reals Lra Lia ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Losses Entropy Risk Minimisers.
Open Scope R_scope.

(** The points -2, -1, 1, 2 with the labels +1, -1, +1, -1 and the weights 0.9, 0.1, 0.1, 0.9. *)
Definition four_points : sample line := Sample line
  2 (fun i => match i with O => -2 | _ => 1 end) (fun i => match i with O => 9 / 10 | _ => 1 / 10 end)
  2 (fun j => match j with O => -1 | _ => 2 end) (fun j => match j with O => 1 / 10 | _ => 9 / 10 end).

Lemma four_risk f : risk bce four_points f =
  9 / 10 * bce (f (-2)) + 1 / 10 * bce (- f (-1)) + 1 / 10 * bce (f 1) + 9 / 10 * bce (- f 2).
Proof. unfold risk. simpl. ring. Qed.

(** exp(a) = min(q^2, 4 + sqrt(16 + 9 q)) with q = exp(L). *)
Definition depth (L : R) := ln (Rmin (exp L * exp L) (4 + sqrt (16 + 9 * exp L))).
Definition four_values (L : R) (f : line -> R) :=
  f (-2) = depth L /\ f (-1) = depth L - L /\ f 1 = L - depth L /\ f 2 = - depth L.

Section Depth.
Context (L : R) (PL : 0 <= L).

Lemma root_pos : 4 < 4 + sqrt (16 + 9 * exp L).
Proof. pose proof (exp_pos L). pose proof (sqrt_lt_R0 (16 + 9 * exp L)). lra. Qed.

Lemma exp_L : 1 <= exp L.
Proof. destruct PL as [P|<-]; [left; rewrite <- exp_0; apply exp_increasing, P|rewrite exp_0; lra]. Qed.

Lemma depth_odds : exp (depth L) = Rmin (exp L * exp L) (4 + sqrt (16 + 9 * exp L)).
Proof. apply exp_ln. pose proof exp_L. pose proof root_pos. apply Rmin_glb_lt; nra. Qed.

Lemma depth_range : 0 <= depth L <= 2 * L.
Proof.
  pose proof exp_L as Q. pose proof root_pos. split.
  - unfold depth. rewrite <- ln_1. assert (1 <= Rmin (exp L * exp L) (4 + sqrt (16 + 9 * exp L))) by (apply Rmin_glb; nra).
    destruct H0 as [K|<-]; [left; apply ln_increasing; lra|lra].
  - apply Rnot_lt_le. intros K. apply exp_increasing in K. rewrite depth_odds in K.
    replace (2 * L) with (L + L) in K by ring. rewrite exp_plus in K. pose proof (Rmin_l (exp L * exp L) (4 + sqrt (16 + 9 * exp L))). lra.
Qed.

(** The slopes of the two losses, at the outer and the inner points. *)
Lemma depth_slopes : 0 < 1 / 10 * sigma (- (L - depth L)) /\
  1 / 10 * sigma (- (L - depth L)) <= 9 / 10 * sigma (- depth L) /\
  (depth L <> 2 * L -> 1 / 10 * sigma (- (L - depth L)) = 9 / 10 * sigma (- depth L)).
Proof.
  pose proof exp_L as Q. pose proof root_pos as R4. pose proof depth_odds as U. pose proof (sigma_range (- (L - depth L))) as S.
  split; [lra|]. clear S. unfold sigma. rewrite !Ropp_involutive.
  replace (exp (L - depth L)) with (exp L / exp (depth L)).
  2: { unfold Rminus, Rdiv. rewrite exp_plus, exp_Ropp. reflexivity. }
  set (u := exp (depth L)) in *. assert (PU : 0 < u) by apply exp_pos. set (q := exp L) in *. set (r := sqrt (16 + 9 * q)) in *.
  assert (RR : r * r = 16 + 9 * q) by (apply sqrt_sqrt; lra).
  replace (1 / 10 * (1 / (1 + q / u))) with (u / (10 * (u + q))) by (field; lra).
  replace (9 / 10 * (1 / (1 + u))) with (9 / (10 * (1 + u))) by (field; lra).
  assert (E : forall X, u * (1 + u) + X = 9 * (u + q) -> u / (10 * (u + q)) + X / (10 * (u + q) * (1 + u)) = 9 / (10 * (1 + u))).
  { intros X EX. replace 9 with ((u * (1 + u) + X) / (u + q)) by (rewrite EX; field; lra). field. split; lra. }
  pose proof (E (9 * (u + q) - u * (1 + u)) ltac:(ring)) as EX.
  assert (PD : 0 < / (10 * (u + q) * (1 + u))) by (apply Rinv_0_lt_compat; apply Rmult_lt_0_compat; lra).
  assert (UL : u <= 4 + r) by (rewrite U; apply Rmin_r). split.
  - assert (0 <= (9 * (u + q) - u * (1 + u)) / (10 * (u + q) * (1 + u))) by (apply Rmult_le_pos; [|lra]; assert (4 <= r) by nra;
      pose proof (Rmult_le_pos (4 + r - u) (r + u - 4) ltac:(lra) ltac:(lra)); lra). lra.
  - intros N. assert (U' : u = 4 + r).
    { destruct (Rle_lt_dec (q * q) (4 + r)) as [C|C]; [|rewrite U; apply Rmin_right; lra]. exfalso. apply N. apply exp_inv.
      fold u. rewrite U, Rmin_left by exact C. replace (2 * L) with (L + L) by ring. rewrite exp_plus. reflexivity. }
    assert (Z : 9 * (u + q) - u * (1 + u) = 0) by (rewrite U'; nra). rewrite Z in EX. unfold Rdiv in EX at 2. lra.
Qed.

Lemma four_line (g : line -> R) : lipschitz L g -> let best := 9 / 5 * bce (depth L) + 1 / 5 * bce (L - depth L) in
  best <= risk bce four_points g /\ (risk bce four_points g <= best -> four_values L g).
Proof.
  intros G best. rewrite four_risk. pose proof (proj1 (lipschitz_le L g) G) as G'. pose proof depth_range as R.
  destruct depth_slopes as [P [O E]].
  assert (A : g (-2) - g (-1) <= L) by (specialize (G' (-2) (-1)); simpl in G'; rewrite Rabs_left in G' by lra; lra).
  assert (B : g 1 - g 2 <= L) by (specialize (G' 1 2); simpl in G'; rewrite Rabs_left in G' by lra; lra).
  assert (C : g (-2) - g 2 <= 4 * L) by (specialize (G' (-2) 2); simpl in G'; rewrite Rabs_left in G' by lra; lra).
  set (a := depth L) in *. set (s := sigma (- a)) in *. set (t := sigma (- (L - a))) in *.
  destruct (bce_line a (g (-2))) as [L1 S1]. destruct (bce_line (L - a) (- g (-1))) as [L2 S2].
  destruct (bce_line (L - a) (g 1)) as [L3 S3]. destruct (bce_line a (- g 2)) as [L4 S4]. fold s in L1, S1, L4, S4. fold t in L2, S2, L3, S3.
  assert (K : 9 / 10 * s * (g (-2) - a + (- g 2 - a)) + 1 / 10 * t * (- g (-1) - (L - a) + (g 1 - (L - a))) <= 0).
  { replace (_ + _) with (1 / 10 * t * ((g (-2) - g (-1) - L) + (g 1 - g 2 - L)) + (9 / 10 * s - 1 / 10 * t) * (g (-2) - g 2 - 2 * a)) by ring.
    pose proof (Rmult_le_pos (1 / 10 * t) (L - (g (-2) - g (-1)) + (L - (g 1 - g 2))) ltac:(lra) ltac:(lra)).
    destruct (Req_dec a (2 * L)) as [Z|N]; [|rewrite <- (E N); lra].
    assert ((9 / 10 * s - 1 / 10 * t) * (g (-2) - g 2 - 2 * a) <= 0); [|lra].
    assert (0 <= (9 / 10 * s - 1 / 10 * t) * (2 * a - (g (-2) - g 2))) by (apply Rmult_le_pos; lra). lra. }
  split; [unfold best; lra|]. unfold best. intros H. unfold four_values. fold a.
  repeat split; apply NNPP; intros N; [specialize (S1 N)|specialize (S2 ltac:(lra))|specialize (S3 N)|specialize (S4 ltac:(lra))]; lra.
Qed.

Lemma four_attained : exists f, lipschitz (M := line) L f /\ four_values L f.
Proof.
  pose proof depth_range as R. set (a := depth L) in *.
  set (t := fun i : nat => match i with O => -2 | 1%nat => -1 | 2%nat => 1 | _ => 2 end).
  set (value := fun i : nat => match i with O => a | 1%nat => a - L | 2%nat => L - a | _ => - a end).
  destruct (eq_4_neighbours 3 t value L PL) as [f [F V]].
  - intros [|[|[|i]]] I; unfold t; simpl; first [lra|lia].
  - intros [|[|[|i]]] I; unfold t, value; simpl; first [lia|apply Rabs_le; lra].
  - exists f. split; [exact F|]. unfold four_values. fold a.
    repeat split; [apply (V 0%nat)|apply (V 1%nat)|apply (V 2%nat)|apply (V 3%nat)]; lia.
Qed.
End Depth.

Theorem ex_3_minimiser : forall (L : R) (f : line -> R), 0 <= L ->
  exp (depth L) = Rmin (exp L * exp L) (4 + sqrt (16 + 9 * exp L)) /\
  (minimises bce four_points L f <-> lipschitz L f /\ four_values L f).
Proof.
  intros L f PL. split; [apply depth_odds, PL|]. destruct (four_attained L PL) as [g [G VG]].
  assert (best : forall h, four_values L h -> risk bce four_points h = 9 / 5 * bce (depth L) + 1 / 5 * bce (L - depth L)).
  { intros h [A [B [C D]]]. rewrite four_risk, A, B, C, D. replace (- (depth L - L)) with (L - depth L) by ring. rewrite Ropp_involutive. field. }
  split.
  - intros [Lf least]. split; [exact Lf|]. apply (four_line L PL f Lf). rewrite <- (best g VG). apply least, G.
  - intros [Lf VF]. split; [exact Lf|]. intros h H. rewrite (best f VF). apply (four_line L PL h H).
Qed.

(** log 17 *)
Theorem ex_3_threshold : forall (L : R) (f : line -> R), 0 < L -> minimises bce four_points L f ->
  (0 < f (-2) /\ f (-1) < 0 /\ 0 < f 1 /\ f 2 < 0 <-> ln 17 < L) /\
  (L < ln 17 -> 0 < f (-2) /\ 0 < f (-1) /\ f 1 < 0 /\ f 2 < 0).
Proof.
  intros L f P H. apply (ex_3_minimiser L f (Rlt_le _ _ P)) in H as [_ [A [B [C D]]]]. rewrite A, B, C, D.
  pose proof (depth_odds L (Rlt_le _ _ P)) as U. set (a := depth L) in *. set (q := exp L) in *.
  assert (Q : 1 < q) by (unfold q; rewrite <- exp_0; apply exp_increasing, P).
  set (r := sqrt (16 + 9 * q)) in *. assert (RR : r * r = 16 + 9 * q) by (apply sqrt_sqrt; lra). assert (PR : 0 <= r) by apply sqrt_pos.
  assert (PA : 0 < a) by (apply exp_lt_inv; rewrite exp_0, U; apply Rmin_glb_lt; nra).
  assert (low : a < L <-> 4 + r < q).
  { split; intros K.
    - apply exp_increasing in K. fold q in K. rewrite U in K. unfold Rmin in K. destruct Rle_dec; nra.
    - apply exp_lt_inv. fold q. rewrite U. apply Rle_lt_trans with (1 := Rmin_r _ _), K. }
  assert (high : q < 17 -> L < a).
  { intros K. apply exp_lt_inv. fold q. rewrite U. apply Rmin_glb_lt; nra. }
  assert (T : ln 17 < L <-> 17 < q).
  { split; intros K; [apply exp_increasing in K; rewrite exp_ln in K by lra; exact K|].
    apply exp_lt_inv. rewrite exp_ln by lra. exact K. }
  assert (T' : L < ln 17 -> q < 17) by (intros K; apply exp_increasing in K; rewrite exp_ln in K by lra; exact K).
  split; [split|].
  - intros [_ [K _]]. apply T. assert (4 + r < q) by (apply low; lra). nra.
  - intros K. apply T in K. assert (a < L) by (apply low; nra). lra.
  - intros K. apply T', high in K. lra.
Qed.
