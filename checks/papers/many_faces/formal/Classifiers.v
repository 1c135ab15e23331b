(** Propositions 1 and 2 but for their last words, on slopes, for which Rademacher's theorem is wanted; the risk of the HMF. *)
From Coq Require Import Reals Lra Lia Arith ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Vectors Frontier Powers Multiclass.
Open Scope R_scope.

Lemma constant_lipschitz {M : metric} (c : R) : lipschitz 1 (fun _ : M => c).
Proof. intros x y. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. rewrite Rmult_1_l. apply dist_nonneg. Qed.

Theorem prop_1 : forall (V : NormedModule R_AbsRing) (A B : normed V -> Prop), is_closed A -> is_closed B -> disjoint A B ->
  exists f : normed V -> R, lipschitz 1 f /\ (forall x, A x -> 0 < f x) /\ (forall x, B x -> f x < 0).
Proof.
  intros V A B closed closed' apart. destruct (classic (nonempty B)) as [b|no].
  - destruct (classic (nonempty A)) as [a|no].
    + exists (hmf A B). split; [|split; intros x I; apply prop_1_sign; assumption].
      intros x y. rewrite Rmult_1_l. apply prop_1_lipschitz; assumption.
    + exists (fun _ => -1). split; [apply constant_lipschitz|]. split; intros x I; [|lra]. exfalso. apply no. exists x. exact I.
  - exists (fun _ => 1). split; [apply constant_lipschitz|]. split; intros x I; [lra|]. exfalso. apply no. exists x. exact I.
Qed.

Theorem prop_2 : forall (V : NormedModule R_AbsRing) (K : nat) (A : nat -> normed V -> Prop), (forall k, is_closed (A k)) ->
  (forall k l, k <> l -> disjoint (A k) (A l)) -> exists f : nat -> normed V -> R,
  (forall p x y, 1 <= p -> p_norm K p (fun k => f k x - f k y) <= dist x y) /\
  forall k x, (k < K)%nat -> A k x -> forall l, (l < K)%nat -> l <> k -> f l x < f k x.
Proof.
  intros V K A closed apart. destruct (classic (two_classes K A)) as [T|no].
  - exists (multi_hmf K A). split.
    + intros p x y P. apply prop_2_lipschitz; assumption.
    + intros k x L I l _ D. apply prop_2_argmax; assumption.
  - destruct (classic (exists m, (m < K)%nat /\ nonempty (A m))) as [[m [Lm Nm]]|none].
    + exists (fun k _ => if Nat.eqb k m then 1 else 0). split.
      * intros p x y P. apply Rle_trans with (1 := powers_sum K p _ P (fun i _ => Rabs_pos _)).
        rewrite (sum_ext K _ (fun _ => 0)); [rewrite sum_zero; apply (dist_nonneg (normed V))|].
        intros i _. rewrite Rminus_diag_eq by reflexivity. apply Rabs_R0.
      * intros k x L I l _ D. assert (E : k = m).
        { destruct (Nat.eq_dec k m) as [|N]; [assumption|]. exfalso. apply no. exists k, m.
          repeat split; try assumption. exists x. exact I. }
        subst. rewrite Nat.eqb_refl. destruct (Nat.eqb_spec l m); [contradiction|lra].
    + exists (fun _ _ => 0). split.
      * intros p x y P. apply Rle_trans with (1 := powers_sum K p _ P (fun i _ => Rabs_pos _)).
        rewrite (sum_ext K _ (fun _ => 0)); [rewrite sum_zero; apply (dist_nonneg (normed V))|].
        intros i _. rewrite Rminus_diag_eq by reflexivity. apply Rabs_R0.
      * intros k x L I. exfalso. apply none. exists k. split; [exact L|]. exists x. exact I.
Qed.

(** The answer that a value gives, and the answer at 0. *)
Definition sign_label (at_zero : bool) (t : R) : bool := if Rlt_dec 0 t then true else if Rlt_dec t 0 then false else at_zero.

Lemma test_sign_label : sign_label true (-1) = false /\ sign_label false 1 = true /\ sign_label true 0 = true /\ sign_label false 0 = false.
Proof. unfold sign_label. repeat destruct Rlt_dec; lra || auto. Qed.

(** [error] is any function of classifiers that only their answers on X matter to, such as the probability of a mistake. *)
Theorem cor_3_risk : forall (V : NormedModule R_AbsRing) (X : normed V -> Prop) (b : normed V -> bool) (error : (normed V -> bool) -> R)
    (at_zero : bool), let A := fun x => X x /\ b x = true in let B := fun x => X x /\ b x = false in
  nonempty A -> nonempty B -> closed_in X A -> closed_in X B ->
  (forall g h, (forall x, X x -> g x = h x) -> error g = error h) ->
  error (fun x => sign_label at_zero (hmf A B x)) - error b = 0.
Proof.
  intros V X b error at_zero A B some some' closed closed' only.
  rewrite (only _ b); [ring|]. intros x I. pose proof (some_frontier A B some some') as c. unfold sign_label.
  destruct (b x) eqn:E.
  - assert (Ax : A x) by (split; assumption). pose proof (frontier_half A B x some some' c) as H.
    assert (0 < gap B x) by (apply (gap_outside X); auto; intros [_ K]; congruence).
    rewrite (gap_inside A some x Ax) in H. unfold hmf. rewrite (gap_inside A some x Ax).
    destruct Rle_dec; [|lra]. destruct Rlt_dec; [reflexivity|lra].
  - assert (Bx : B x) by (split; assumption). pose proof (frontier_half B A x some' some (some_frontier B A some' some)) as H.
    assert (0 < gap A x) by (apply (gap_outside X); auto; intros [_ K]; congruence).
    rewrite (gap_same (frontier B A) (frontier A B) x (fun z => frontier_sym B A z)), (gap_inside B some' x Bx) in H.
    unfold hmf. rewrite (gap_inside B some' x Bx). destruct Rle_dec; [lra|]. destruct Rlt_dec; [lra|]. destruct Rlt_dec; [reflexivity|lra].
Qed.
