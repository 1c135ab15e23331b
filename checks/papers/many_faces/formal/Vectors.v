(** Equations between vectors, decided by their coefficients; norms and segments in a normed space. *)
From Coq Require Import Reals Lra Lia List ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces.
Import ListNotations.
Open Scope R_scope.

(** * A tactic: [vectors [x; y]] proves an equation of linear combinations of [x] and [y] *)

Inductive expression := Zero | Vector (i : nat) | Sum (a b : expression) | Opposite (a : expression)
  | Scaled (c : R) (a : expression).

Fixpoint coefficient (e : expression) (i : nat) : R :=
  match e with
  | Zero => 0
  | Vector j => if Nat.eqb i j then 1 else 0
  | Sum a b => coefficient a i + coefficient b i
  | Opposite a => - coefficient a i
  | Scaled c a => c * coefficient a i
  end.

Section Decide.
Context {V : ModuleSpace R_AbsRing}.

Fixpoint value (env : list V) (e : expression) : V :=
  match e with
  | Zero => zero
  | Vector i => nth i env zero
  | Sum a b => plus (value env a) (value env b)
  | Opposite a => opp (value env a)
  | Scaled c a => scal c (value env a)
  end.

Fixpoint combined (env : list V) (c : nat -> R) : V :=
  match env with [] => zero | v :: more => plus (scal (c 0%nat) v) (combined more (fun i => c (S i))) end.

Lemma scal_0_l (v : V) : scal 0 v = zero. Proof. apply (scal_zero_l (K := R_Ring)). Qed.
Lemma scal_1_l (v : V) : scal 1 v = v. Proof. apply (scal_one (K := R_Ring)). Qed.

Lemma combined_ext env c d : (forall i, (i < length env)%nat -> c i = d i) -> combined env c = combined env d.
Proof.
  revert c d. induction env; simpl; intros c d H; [reflexivity|]. f_equal; [f_equal; apply H; lia|].
  apply IHenv. intros. apply H. lia.
Qed.

Lemma combined_zero env : combined env (fun _ => 0) = zero.
Proof. induction env; simpl; [reflexivity|]. rewrite IHenv, scal_0_l, plus_zero_l. reflexivity. Qed.

Lemma combined_plus env c d : combined env (fun i => c i + d i) = plus (combined env c) (combined env d).
Proof.
  revert c d. induction env; intros c d; simpl; [rewrite plus_zero_l; reflexivity|].
  rewrite IHenv, (scal_distr_r (c 0%nat) (d 0%nat)), <- !plus_assoc. f_equal. rewrite !plus_assoc. f_equal. apply plus_comm.
Qed.

Lemma combined_scal env k c : combined env (fun i => k * c i) = scal k (combined env c).
Proof.
  revert c. induction env; intros c; simpl; [rewrite scal_zero_r; reflexivity|].
  rewrite IHenv, scal_distr_l, scal_assoc. reflexivity.
Qed.

Lemma combined_vector env j : combined env (fun i => if Nat.eqb i j then 1 else 0) = nth j env zero.
Proof.
  revert j. induction env; intros [|j]; simpl; try reflexivity.
  - rewrite combined_zero, scal_1_l. apply plus_zero_r.
  - rewrite scal_0_l, plus_zero_l. apply IHenv.
Qed.

Lemma value_combined env e : value env e = combined env (coefficient e).
Proof.
  induction e; simpl.
  - symmetry. apply combined_zero.
  - symmetry. apply combined_vector.
  - rewrite IHe1, IHe2. symmetry. apply combined_plus.
  - rewrite IHe, <- scal_opp_one, <- combined_scal. apply combined_ext. intros.
    simpl. unfold opp, one; simpl. ring.
  - rewrite IHe. symmetry. apply combined_scal.
Qed.

Lemma same_value env a b :
  (forall i, (i < length env)%nat -> coefficient a i = coefficient b i) -> value env a = value env b.
Proof. intros. rewrite !value_combined. apply combined_ext. assumption. Qed.
End Decide.

Ltac place x env :=
  match env with
  | x :: _ => constr:(O)
  | _ :: ?more => let i := place x more in constr:(S i)
  end.
Ltac reify env e :=
  match e with
  | plus ?a ?b => let a := reify env a in let b := reify env b in constr:(Sum a b)
  | minus ?a ?b => let a := reify env a in let b := reify env b in constr:(Sum a (Opposite b))
  | opp ?a => let a := reify env a in constr:(Opposite a)
  | scal ?c ?a => let a := reify env a in constr:(Scaled c a)
  | zero => constr:(Zero)
  | _ => let i := place e env in constr:(Vector i)
  end.
Ltac compare i := first [exfalso; lia | destruct i as [|i]; [simpl; try (field; lra); try ring|compare i]].
Ltac vectors env :=
  match goal with
  | |- @eq ?T ?a ?b =>
      let a' := reify env a in let b' := reify env b in
      change (value env a' = value env b'); apply same_value;
      intros i below; simpl in below; compare i
  end.

(** * Norms *)

Section Segment.
Context {V : NormedModule R_AbsRing}.

Lemma norm_scale (t : R) (v : V) : norm (scal t v) = Rabs t * norm v.
Proof.
  apply Rle_antisym; [apply (norm_scal t v)|]. destruct (Req_dec t 0) as [->|N].
  - rewrite Rabs_R0, Rmult_0_l. apply norm_ge_0.
  - assert (H : norm v <= Rabs (/ t) * norm (scal t v)).
    { replace v with (scal (/ t) (scal t v)) at 1; [apply (norm_scal (/ t))|].
      vectors [v]. }
    pose proof (Rabs_pos_lt t N). rewrite Rabs_inv in H.
    apply Rmult_le_compat_l with (r := Rabs t) in H; [|lra].
    rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l in H; lra.
Qed.

(** The point at the share [t] of the way from [x] to [y]. *)
Definition between (x y : V) (t : R) : V := plus x (scal t (minus y x)).

Lemma between_move (x y : V) s t :
  dist (m := normed V) (between x y s) (between x y t) = Rabs (s - t) * dist (m := normed V) x y.
Proof.
  rewrite (dist_sym (normed V) x y). simpl. rewrite <- norm_scale. f_equal. unfold between. vectors [x; y].
Qed.

Lemma between_start (x y : V) : between x y 0 = x.
Proof. unfold between. vectors [x; y]. Qed.

Lemma between_end (x y : V) : between x y 1 = y.
Proof. unfold between. vectors [x; y]. Qed.

Lemma between_from (x y : V) t : 0 <= t ->
  dist (m := normed V) x (between x y t) = t * dist (m := normed V) x y.
Proof.
  intros. rewrite <- (between_start x y) at 1. rewrite between_move, Rabs_left1 by lra. ring.
Qed.

Lemma between_to (x y : V) t : t <= 1 ->
  dist (m := normed V) (between x y t) y = (1 - t) * dist (m := normed V) x y.
Proof.
  intros. rewrite <- (between_end x y) at 2. rewrite between_move, Rabs_left1 by lra. ring.
Qed.
End Segment.

(** * Intermediate values *)

Lemma lipschitz_continuous (L : R) (g : R -> R) : 0 <= L -> lipschitz (M := line) L g -> continuity g.
Proof.
  intros P H x e positive. exists (e / (L + 1)). split; [apply Rdiv_lt_0_compat; lra|].
  intros y [_ near]. simpl in *. unfold R_dist in *. eapply Rle_lt_trans; [apply H|]. simpl.
  apply Rle_lt_trans with ((L + 1) * Rabs (y - x)).
  - apply Rmult_le_compat_r; [apply Rabs_pos|lra].
  - apply Rmult_lt_compat_l with (r := L + 1) in near; [|lra].
    replace ((L + 1) * (e / (L + 1))) with e in near by (field; lra). exact near.
Qed.

Lemma intermediate {V : NormedModule R_AbsRing} (L : R) (g : normed V -> R) (x y : V) :
  0 <= L -> lipschitz L g -> g x <= 0 -> 0 <= g y -> exists t, 0 <= t <= 1 /\ g (between x y t) = 0.
Proof.
  intros P H low high. destruct (Req_dec (g x) 0) as [Z|N].
  { exists 0. rewrite between_start. split; [lra|exact Z]. }
  destruct (Req_dec (g y) 0) as [Z|N'].
  { exists 1. rewrite between_end. split; [lra|exact Z]. }
  destruct (IVT (fun t => g (between x y t)) 0 1) as [t [I Z]]; try lra.
  - apply lipschitz_continuous with (L * dist (m := normed V) x y).
    + apply Rmult_le_pos; [exact P|apply (dist_nonneg (normed V))].
    + intros s t. eapply Rle_trans; [apply H|]. rewrite between_move. simpl.
      right. ring.
  - rewrite between_start. lra.
  - rewrite between_end. lra.
  - exists t. auto.
Qed.
