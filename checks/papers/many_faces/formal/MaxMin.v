(** Corollary 2 for finite samples and bounded supports: a maximum of minima of affine functions. *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Inhabited Spaces Vectors Robustness Nearest Packing Bounded.
Import ListNotations.
Open Scope R_scope.

(** The inner product of R^(n+1). *)
Fixpoint inner (n : nat) : space n -> space n -> R :=
  match n with O => fun x y => x * y | S k => fun x y => fst x * fst y + inner k (snd x) (snd y) end.

Lemma test_inner : inner 2 (2, (3, 6)) (1, (0, 1 / 2)) = 5.
Proof. simpl. field. Qed.

Lemma inner_plus n : forall x y z, inner n (plus x y) z = inner n x z + inner n y z.
Proof. induction n; intros x y z; [apply Rmult_plus_distr_r|]. change ((fst x + fst y) * fst z + inner n (plus (snd x) (snd y)) (snd z) =
  fst x * fst z + inner n (snd x) (snd z) + (fst y * fst z + inner n (snd y) (snd z))). rewrite IHn. ring. Qed.

Lemma inner_scal n : forall t x y, inner n (scal t x) y = t * inner n x y.
Proof. induction n; intros t x y; [apply Rmult_assoc|]. change (t * fst x * fst y + inner n (scal t (snd x)) (snd y) = t * (fst x * fst y + inner n (snd x) (snd y))). rewrite IHn. ring. Qed.

Lemma inner_sym n : forall x y, inner n x y = inner n y x.
Proof. induction n; intros x y; [apply Rmult_comm|]. simpl. rewrite IHn. ring. Qed.

Lemma inner_norm n : forall x, norm x * norm x = inner n x x.
Proof.
  induction n; intros x.
  - change (Rabs x * Rabs x = x * x). rewrite <- Rabs_mult. apply Rabs_right. apply Rle_ge, Rle_0_sqr.
  - change (sqrt (Rabs (fst x) ^ 2 + norm (snd x) ^ 2) * sqrt (Rabs (fst x) ^ 2 + norm (snd x) ^ 2) = fst x * fst x + inner n (snd x) (snd x)).
    rewrite sqrt_sqrt by (apply Rplus_le_le_0_compat; apply pow2_ge_0). rewrite pow2_abs, <- IHn. simpl. rewrite !Rmult_1_r. reflexivity.
Qed.

Lemma inner_plus_r n x y z : inner n x (plus y z) = inner n x y + inner n x z.
Proof. rewrite !(inner_sym n x). apply inner_plus. Qed.

Lemma inner_scal_r n t x y : inner n x (scal t y) = t * inner n x y.
Proof. rewrite !(inner_sym n x). apply inner_scal. Qed.

Lemma inner_zero n : forall y, inner n zero y = 0.
Proof. induction n; intros y; [apply Rmult_0_l|]. change (0 * fst y + inner n zero (snd y) = 0). rewrite IHn. ring. Qed.

Lemma inner_minus_r n (x y z : space n) : inner n x (minus y z) = inner n x y - inner n x z.
Proof. replace (minus y z) with (plus y (scal (-1) z)) by vectors [y; z]. rewrite inner_plus_r, inner_scal_r. ring. Qed.

Lemma norm_minus n (u v : space n) : norm (minus u v) * norm (minus u v) = norm u * norm u - 2 * inner n u v + norm v * norm v.
Proof.
  rewrite inner_norm. replace (minus u v) with (plus u (scal (-1) v)) by vectors [u; v].
  rewrite !inner_plus, !inner_plus_r, !inner_scal, !inner_scal_r, <- !inner_norm, (inner_sym n v u). ring.
Qed.

Lemma inner_cauchy n x y : inner n x y <= norm x * norm y.
Proof.
  pose proof (norm_ge_0 x) as X. pose proof (norm_ge_0 y) as Y.
  destruct X as [X|Z]; [|rewrite <- Z, (norm_eq_zero x (eq_sym Z)), inner_zero; lra].
  destruct Y as [Y|Z]; [|rewrite <- Z, (norm_eq_zero y (eq_sym Z)), inner_sym, inner_zero; lra].
  pose proof (norm_minus n (scal (norm y) x) (scal (norm x) y)) as S. rewrite !inner_scal, !inner_scal_r, !norm_scale, !Rabs_right in S by lra.
  match type of S with ?l = _ => assert (0 <= l) as P by apply Rle_0_sqr end. rewrite S in P.
  apply Rmult_le_reg_l with (norm x * norm y); [apply Rmult_lt_0_compat; assumption|]. lra.
Qed.

(** * Extremes over lists that are not empty *)

Fixpoint highest {T} (g : T -> R) (x : T) (l : list T) : R := match l with [] => g x | y :: more => Rmax (g x) (highest g y more) end.
Fixpoint lowest {T} (g : T -> R) (x : T) (l : list T) : R := match l with [] => g x | y :: more => Rmin (g x) (lowest g y more) end.

Lemma test_extremes : highest (fun t => t) 1 [3; 2] = 3 /\ lowest (fun t => t) 2 [1; 3] = 1.
Proof. simpl. unfold Rmax, Rmin. repeat destruct Rle_dec; lra. Qed.

Lemma highest_le {T} (g : T -> R) l : forall x y, In y (x :: l) -> g y <= highest g x l.
Proof.
  induction l as [|z l IH]; intros x y [<-|I]; simpl; [apply Rle_refl|destruct I|apply Rmax_l|].
  apply Rle_trans with (2 := Rmax_r _ _). apply IH, I.
Qed.

Lemma highest_of {T} (g : T -> R) l : forall x, exists y, In y (x :: l) /\ highest g x l = g y.
Proof.
  induction l as [|z l IH]; intros x; [exists x; simpl; auto|]. simpl. destruct (IH z) as [y [I E]].
  unfold Rmax. destruct Rle_dec; [exists y|exists x]; auto.
Qed.

Lemma lowest_highest {T} (g : T -> R) l : forall x, lowest g x l = - highest (fun y => - g y) x l.
Proof. induction l as [|z l IH]; intros x; simpl; [ring|]. rewrite IH. unfold Rmin, Rmax. repeat destruct Rle_dec; lra. Qed.

Lemma lowest_le {T} (g : T -> R) l x y : In y (x :: l) -> lowest g x l <= g y.
Proof. intros I. rewrite lowest_highest. pose proof (highest_le (fun y => - g y) l x y I) as H. simpl in H. lra. Qed.

Lemma lowest_of {T} (g : T -> R) l x : exists y, In y (x :: l) /\ lowest g x l = g y.
Proof. rewrite lowest_highest. destruct (highest_of (fun y => - g y) l x) as [y [I ->]]. exists y. split; [exact I|ring]. Qed.

Lemma highest_lipschitz {M : metric} {T} (g : T -> M -> R) x l : (forall y, In y (x :: l) -> lipschitz 1 (g y)) ->
  lipschitz 1 (fun p => highest (fun y => g y p) x l).
Proof.
  intros H. apply lipschitz_le. intros p q. destruct (highest_of (fun y => g y p) l x) as [y [I ->]].
  pose proof (highest_le (fun y => g y q) l x y I). pose proof (proj1 (lipschitz_le 1 (g y)) (H y I) p q). simpl in *. lra.
Qed.

Lemma lowest_lipschitz {M : metric} {T} (g : T -> M -> R) x l : (forall y, In y (x :: l) -> lipschitz 1 (g y)) ->
  lipschitz 1 (fun p => lowest (fun y => g y p) x l).
Proof.
  intros H. apply lipschitz_le. intros p q. destruct (lowest_of (fun y => g y q) l x) as [y [I ->]].
  pose proof (lowest_le (fun y => g y p) l x y I). pose proof (proj1 (lipschitz_le 1 (g y)) (H y I) p q). simpl in *. lra.
Qed.

(** * The classifier of two samples *)

(** The signed distance to the hyperplane in the middle of a and b, of which a lies on the positive side. *)
Definition middle_plane {n : nat} (a b x : space n) : R :=
  inner n (scal (/ norm (minus a b)) (minus a b)) (minus x (scal (1 / 2) (plus a b))).
Definition max_min {n : nat} (a : space n) (A : list (space n)) (b : space n) (B : list (space n)) (x : space n) : R :=
  highest (fun p => lowest (fun q => middle_plane p q x) b B) a A.

Lemma test_middle_plane : middle_plane (n := 0) 4 0 3 = 1 /\ middle_plane (n := 0) 0 4 3 = -1.
Proof.
  unfold middle_plane, inner, norm, minus, plus, opp, scal; simpl. unfold mult, abs; simpl.
  split; [rewrite Rabs_right by lra|rewrite Rabs_left by lra]; field.
Qed.

Section Samples.
Context {n : nat}.
Implicit Types a b x p q : space n.

Lemma middle_plane_lipschitz a b : 0 < norm (minus a b) -> lipschitz (M := normed (space n)) 1 (middle_plane a b).
Proof.
  intros P. apply lipschitz_le. intros x y. unfold middle_plane. set (u := scal _ _).
  replace (inner n u (minus x (scal (1 / 2) (plus a b))) - inner n u (minus y (scal (1 / 2) (plus a b)))) with (inner n u (minus x y)).
  - apply Rle_trans with (1 := inner_cauchy n u (minus x y)). unfold u. rewrite norm_scale, Rabs_right.
    + rewrite Rinv_l by lra. apply Rle_refl.
    + apply Rle_ge, Rlt_le, Rinv_0_lt_compat, P.
  - rewrite !inner_minus_r. ring.
Qed.

Lemma middle_plane_half a b : 0 < norm (minus a b) -> middle_plane a b a = norm (minus a b) / 2 /\ middle_plane a b b = - (norm (minus a b) / 2).
Proof.
  intros P. unfold middle_plane. rewrite !inner_scal.
  replace (minus a (scal (1 / 2) (plus a b))) with (scal (1 / 2) (minus a b)) by vectors [a; b].
  replace (minus b (scal (1 / 2) (plus a b))) with (scal (- (1 / 2)) (minus a b)) by vectors [a; b].
  rewrite !inner_scal_r, <- inner_norm. split; field; lra.
Qed.

Lemma max_min_margin a A b B (e : R) : 0 < e -> (forall p q, In p (a :: A) -> In q (b :: B) -> e <= norm (minus p q)) ->
  lipschitz (M := normed (space n)) 1 (max_min a A b B) /\
  (forall p, In p (a :: A) -> e / 2 <= max_min a A b B p) /\ (forall q, In q (b :: B) -> max_min a A b B q <= - (e / 2)).
Proof.
  intros P far. assert (D : forall p q, In p (a :: A) -> In q (b :: B) -> 0 < norm (minus p q)).
  { intros p q I J. specialize (far p q I J). lra. }
  split; [|split].
  - apply (highest_lipschitz (M := normed (space n)) (fun p x => lowest (fun q => middle_plane p q x) b B)). intros p I.
    apply (lowest_lipschitz (M := normed (space n)) (fun q x => middle_plane p q x)). intros q J. apply middle_plane_lipschitz, D; assumption.
  - intros p I. apply Rle_trans with (2 := highest_le _ A a p I).
    destruct (lowest_of (fun q => middle_plane p q p) B b) as [q [J ->]].
    rewrite (proj1 (middle_plane_half p q (D p q I J))). specialize (far p q I J). lra.
  - intros q J. destruct (highest_of (fun p => lowest (fun r => middle_plane p r q) b B) A a) as [p [I E]].
    unfold max_min. rewrite E. apply Rle_trans with (1 := lowest_le _ B b q J).
    rewrite (proj2 (middle_plane_half p q (D p q I J))). specialize (far p q I J). lra.
Qed.
End Samples.
