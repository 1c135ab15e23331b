(** Corollary 2: what a network computes on the line is affine far out, and so errs on classes that alternate for ever. *)
From Coq Require Import Reals Lra Lia List Arith FunctionalExtensionality ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Hyperplanes Pieces Classifiers.
Import ListNotations.
Open Scope R_scope.

(** What the neurons of a network with one input compute: the input; an affine function of other neurons; ReLU of one;
    the less and the greater of two, as the gates of GroupSort2 give them. *)
Inductive neuron : (R -> R) -> Prop :=
  | neuron_input : neuron (fun t => t)
  | neuron_affine m (h : nat -> R -> R) a b : (forall j, (j < m)%nat -> neuron (h j)) -> neuron (fun t => affine m a b (fun j => h j t))
  | neuron_relu h : neuron h -> neuron (fun t => Rmax 0 (h t))
  | neuron_min g h : neuron g -> neuron h -> neuron (fun t => Rmin (g t) (h t))
  | neuron_max g h : neuron g -> neuron h -> neuron (fun t => Rmax (g t) (h t)).

(** Laws with the atoms x_k, of the masses p_k; [right] is the label of all of them, [at_zero] the label given where f(x) = 0. *)
Definition discrete_law (p : nat -> R) := (forall k, 0 <= p k) /\ is_series p 1.
Definition error_rate (p : nat -> R) (x : nat -> R) (at_zero right : bool) (f : R -> R) : R :=
  Series (fun k => if Bool.eqb (sign_label at_zero (f (x k))) right then 0 else p k).

(** Networks of GroupSort2 layers with one input are among them. *)
Lemma forward_neuron layers : forall n (h : R -> nat -> R), (forall j, (j < n)%nat -> neuron (fun t => h t j)) ->
  forall j, (j < last_width n layers)%nat -> neuron (fun t => forward n layers (h t) j).
Proof.
  induction layers as [|l more IH]; intros n h H j J; [apply H, J|]. simpl in *.
  apply (IH (width l) (fun t => group_sort (linear n l (h t)))); [|exact J]. intros i I.
  assert (A : forall i, neuron (fun t => linear n l (h t) i)) by (intros k; apply (neuron_affine n (fun j t => h t j)), H).
  unfold group_sort. destruct (Nat.even i); [apply neuron_min|apply neuron_max]; apply A.
Qed.

Lemma network_neuron (f : network) : neuron (fun t => output 1 f (fun _ => t)).
Proof.
  apply (neuron_affine _ (fun j t => forward 1 (hidden f) (fun _ => t) j)). apply (forward_neuron (hidden f) 1 (fun t _ => t)).
  intros j _. apply neuron_input.
Qed.

Lemma test_neuron : neuron Rabs /\ affine 1 (fun _ => -1) 0 (fun _ => 3) = -3.
Proof.
  split; [|unfold affine; simpl; ring]. replace Rabs with (fun t => Rmax t (affine 1 (fun _ => -1) 0 (fun _ => t))).
  - apply neuron_max; [|apply (neuron_affine 1 (fun _ t => t)); intros]; apply neuron_input.
  - apply functional_extensionality. intros t. unfold affine, Rmax, Rabs. simpl. destruct Rle_dec, Rcase_abs; lra.
Qed.

(** * Affine far out *)

Definition affine_from (f : R -> R) := exists a b s, forall t, s <= t -> f t = a * t + b.

Lemma greater_from (a b c d : R) : exists s, (forall t, s <= t -> a * t + b <= c * t + d) \/ (forall t, s <= t -> c * t + d <= a * t + b).
Proof.
  destruct (Rtotal_order a c) as [L|[->|L]].
  - exists ((b - d) / (c - a)). left. intros t T. apply Rmult_le_compat_r with (r := c - a) in T; [|lra].
    replace ((b - d) / (c - a) * (c - a)) with (b - d) in T by (field; lra). lra.
  - exists 0. destruct (Rle_dec b d); [left|right]; intros; lra.
  - exists ((d - b) / (a - c)). right. intros t T. apply Rmult_le_compat_r with (r := a - c) in T; [|lra].
    replace ((d - b) / (a - c) * (a - c)) with (d - b) in T by (field; lra). lra.
Qed.

Lemma extreme_from (pick : R -> R -> R) g h : (forall x y, x <= y -> pick x y = x) /\ (forall x y, y <= x -> pick x y = y) \/
  (forall x y, x <= y -> pick x y = y) /\ (forall x y, y <= x -> pick x y = x) ->
  affine_from g -> affine_from h -> affine_from (fun t => pick (g t) (h t)).
Proof.
  intros P [a [b [s G]]] [c [d [r H]]]. destruct (greater_from a b c d) as [u L].
  pose proof (Rmax_l s (Rmax r u)). pose proof (Rmax_r s (Rmax r u)). pose proof (Rmax_l r u). pose proof (Rmax_r r u).
  assert (E : forall t, Rmax s (Rmax r u) <= t -> g t = a * t + b /\ h t = c * t + d /\ u <= t).
  { intros t T. split; [apply G; lra|]. split; [apply H; lra|lra]. }
  destruct P as [[less more]|[less more]], L as [L|L];
    [exists a, b|exists c, d|exists c, d|exists a, b]; exists (Rmax s (Rmax r u)); intros t T; destruct (E t T) as [-> [-> U]]; auto.
Qed.

Lemma neuron_affine_from f : neuron f -> affine_from f.
Proof.
  induction 1 as [|m h a b _ IH|h _ IH|g h _ IHg _ IHh|g h _ IHg _ IHh].
  - exists 1, 0, 0. intros. ring.
  - unfold affine. induction m as [|m IHm].
    + exists 0, b, 0. intros. simpl. ring.
    + destruct IHm as [c [d [s G]]]; [intros j J; apply IH; lia|]. destruct (IH m ltac:(lia)) as [c' [d' [r H]]].
      exists (c + a m * c'), (d + a m * d'), (Rmax s r). intros t T. pose proof (Rmax_l s r). pose proof (Rmax_r s r).
      specialize (G t ltac:(lra)). specialize (H t ltac:(lra)). simpl. rewrite H. lra.
  - apply (extreme_from Rmax (fun _ => 0) h); [right; split; intros; [apply Rmax_right|apply Rmax_left]; assumption| |exact IH].
    exists 0, 0, 0. intros. ring.
  - apply (extreme_from Rmin); auto. left. split; intros; [apply Rmin_left|apply Rmin_right]; assumption.
  - apply (extreme_from Rmax); auto. right. split; intros; [apply Rmax_right|apply Rmax_left]; assumption.
Qed.

(** * The atoms 0, 2, 4, ... and 1, 3, 5, ... *)

Definition masses (k : nat) : R := (1 / 2) ^ S k.
Definition evens (k : nat) : R := INR (2 * k).
Definition odds (k : nat) : R := INR (S (2 * k)).

Lemma masses_pos k : 0 < masses k.
Proof. apply pow_lt. lra. Qed.

Lemma masses_law : discrete_law masses.
Proof.
  split; [intros k; apply Rlt_le, masses_pos|].
  replace 1 with (scal (1 / 2) (/ (1 - 1 / 2))) by (unfold scal; simpl; unfold mult; simpl; field).
  apply (is_series_scal (1 / 2) (fun k => (1 / 2) ^ k)), is_series_geom. rewrite Rabs_right; lra.
Qed.

(** No error: the label is right at every atom. *)
Lemma no_error p x at_zero right f : discrete_law p -> error_rate p x at_zero right f = 0 -> forall k, 0 < p k -> sign_label at_zero (f (x k)) = right.
Proof.
  intros [P U] E k K. destruct (Bool.eqb (sign_label at_zero (f (x k))) right) eqn:Q; [apply Bool.eqb_prop, Q|]. exfalso.
  set (w := fun j => if Bool.eqb (sign_label at_zero (f (x j))) right then 0 else p j).
  assert (W : forall j, 0 <= w j <= p j) by (intros j; specialize (P j); unfold w; destruct (Bool.eqb (sign_label at_zero (f (x j))) right); split; lra).
  assert (X : ex_series w).
  { apply (ex_series_le w p); [|exists 1; exact U]. intros j. unfold norm; simpl. unfold abs; simpl. rewrite Rabs_right; apply W || apply Rle_ge, W. }
  pose proof (Series_correct w X) as C. unfold error_rate in E. fold w in E. rewrite E in C.
  assert (0 < sum_n w k) as B.
  { apply Rlt_le_trans with (w k); [unfold w; rewrite Q; exact K|]. destruct k as [|k]; [rewrite sum_O; lra|].
    rewrite sum_Sn. unfold plus; simpl. assert (0 <= sum_n w k); [|lra].
    clear K Q. induction k as [|k IH]; [rewrite sum_O; apply W|rewrite sum_Sn; unfold plus; simpl; specialize (W (S k)); lra]. }
  assert (sum_n w k <= 0); [|lra].
  apply (is_lim_seq_incr_compare (sum_n w) 0); [exact C|]. intros j. rewrite sum_Sn. unfold plus; simpl. specialize (W (S j)). lra.
Qed.

Lemma test_error_rate : error_rate masses evens false true (fun _ => 1) = 0 /\ error_rate masses odds true false (fun _ => 0) = 1 /\
  error_rate masses odds false false (fun _ => 0) = 0.
Proof.
  assert (Z : Series (fun _ : nat => 0) = 0).
  { unfold Series. rewrite (Lim_seq_ext _ (fun _ => 0)), Lim_seq_const; [reflexivity|].
    induction n as [|n IH]; [apply sum_O|]. rewrite sum_Sn, IH. unfold plus; simpl. ring. }
  assert (T : sign_label true 0 = true /\ sign_label false 0 = false /\ sign_label false 1 = true).
  { unfold sign_label. repeat destruct Rlt_dec; try lra; auto. }
  destruct T as [A [B C]]. unfold error_rate. rewrite A, B, C. simpl. repeat split; auto. apply is_series_unique, masses_law.
Qed.

Theorem cor_2 : ~ exists at_zero : bool, forall (p q x y : nat -> R) (e : R), discrete_law p -> discrete_law q -> 0 < e -> (forall j k, e < Rabs (x j - y k)) ->
  exists f, neuron f /\ lipschitz (M := line) 1 f /\ error_rate p x at_zero true f = 0 /\ error_rate q y at_zero false f = 0.
Proof.
  intros [at_zero H]. destruct (H masses masses evens odds (1 / 2)) as [f [N [_ [E O]]]]; try apply masses_law; [lra| |].
  - intros j k. unfold evens, odds. rewrite !INR_IZR_INZ, <- minus_IZR, <- abs_IZR. apply Rlt_le_trans with 1; [lra|].
    apply IZR_le. lia.
  - destruct (neuron_affine_from f N) as [a [b [s A]]].
    pose proof (no_error _ _ _ _ _ masses_law E) as E'. pose proof (no_error _ _ _ _ _ masses_law O) as O'.
    assert (exists k, s <= INR (2 * k)) as [k K].
    { destruct (nfloor_ex (Rabs s) (Rabs_pos s)) as [k [_ K]]. exists (S k). pose proof (Rle_abs s).
      apply Rle_trans with (INR (S k)); [rewrite S_INR; lra|apply le_INR; lia]. }
    pose proof (E' k (masses_pos k)) as E0. pose proof (O' k (masses_pos k)) as O0.
    pose proof (E' (S k) (masses_pos (S k))) as E1. pose proof (O' (S k) (masses_pos (S k))) as O1.
    unfold evens, odds, sign_label in *. rewrite !S_INR in *. replace (2 * S k)%nat with (S (S (2 * k))) in * by lia. rewrite !S_INR in *.
    rewrite !A in * by lra. destruct at_zero; repeat (destruct Rlt_dec; try discriminate); lra.
Qed.
