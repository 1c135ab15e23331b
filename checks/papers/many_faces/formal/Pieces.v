(** Proposition 8: the affine pieces of GroupSort2 networks. *)
From Coq Require Import Reals Lra Lia List Arith.
From ManyFaces Require Import Spaces Counting Hyperplanes.
Import ListNotations.
Open Scope R_scope.

(** A point of R^n is a sequence of which the first n numbers count. *)
Definition agree (n : nat) (x y : nat -> R) := forall i, (i < n)%nat -> x i = y i.
Definition segment (x y : nat -> R) (t : R) (i : nat) := (1 - t) * x i + t * y i.
Definition convex (S : (nat -> R) -> Prop) := forall x y t, S x -> S y -> 0 <= t <= 1 -> S (segment x y t).
Definition affine_on (n : nat) (S : (nat -> R) -> Prop) (f : (nat -> R) -> R) :=
  exists a b, forall x, S x -> f x = affine n a b x.

(** A partition of R^n into at most N convex sets, on each of which f, to R or to R^m, is affine: the number of the set
    in which a point lies. *)
Definition vector_pieces (n m N : nat) (f : (nat -> R) -> nat -> R) := exists piece : (nat -> R) -> nat,
  (forall x y, agree n x y -> piece x = piece y) /\ (forall x, (piece x < N)%nat) /\
  forall k, convex (fun x => piece x = k) /\ forall i, (i < m)%nat -> affine_on n (fun x => piece x = k) (fun x => f x i).
Definition convex_pieces (n N : nat) (f : (nat -> R) -> R) := vector_pieces n 1 N (fun x _ => f x).

(** A hidden layer x -> GroupSort2(W x + b) of the width 2 g, and a network. *)
Definition group_sort (z : nat -> R) (i : nat) : R :=
  if Nat.even i then Rmin (z i) (z (S i)) else Rmax (z (pred i)) (z i).
Record layer := Layer { gates : nat; weight : nat -> nat -> R; bias : nat -> R }.
Definition width (l : layer) : nat := 2 * gates l.
Definition linear (n : nat) (l : layer) (x : nat -> R) (i : nat) := affine n (weight l i) (bias l i) x.
Fixpoint forward (n : nat) (layers : list layer) (x : nat -> R) : nat -> R :=
  match layers with [] => x | l :: more => forward (width l) more (group_sort (linear n l x)) end.
Fixpoint last_width (n : nat) (layers : list layer) : nat :=
  match layers with [] => n | l :: more => last_width (width l) more end.
Record network := Network { hidden : list layer; out : nat -> R; offset : R }.
Definition output (n : nat) (f : network) (x : nat -> R) :=
  affine (last_width n (hidden f)) (out f) (offset f) (forward n (hidden f) x).

(** The signs of all gates, layer by layer: true where a gate is unswapped, its inputs in order. Cells have equal signs. *)
Definition difference (z : nat -> R) (j : nat) := z (S (2 * j)) - z (2 * j)%nat.
Fixpoint signs (n : nat) (layers : list layer) (x : nat -> R) : list bool :=
  match layers with
  | [] => []
  | l :: more => sides (gates l) (difference (linear n l x)) ++ signs (width l) more (group_sort (linear n l x))
  end.
Definition cell (n : nat) (f : network) (s : list bool) (x : nat -> R) := signs n (hidden f) x = s.

Definition product (l : list nat) : nat := fold_right Nat.mul 1%nat l.

Lemma test_group_sort : map (group_sort (fun i => nth i [2; 1; 3; 4] 0)) [0; 1; 2; 3]%nat = [1; 2; 3; 4].
Proof. unfold group_sort. simpl. unfold Rmin, Rmax. repeat (destruct Rle_dec; try lra). reflexivity. Qed.

(** The network 1 max(x, -x) of one gate on the line is |x|: two pieces, and not one. *)
Definition fold_network := Network [Layer 1 (fun i _ => match i with O => 1 | _ => -1 end) (fun _ => 0)]
  (fun i => match i with O => 0 | _ => 1 end) 0.

Lemma test_output x : output 1 fold_network x = Rabs (x 0%nat).
Proof.
  unfold output. simpl. unfold group_sort, linear, affine. simpl.
  unfold Rmin, Rmax, Rabs. repeat destruct Rle_dec; destruct Rcase_abs; lra.
Qed.

Lemma test_pieces : ~ convex_pieces 1 1 (fun x => Rabs (x 0%nat)).
Proof.
  intros [piece [_ [small H]]]. destruct (H 0%nat) as [_ A]. destruct (A 0%nat ltac:(lia)) as [a [b E]].
  assert (Z : forall x, piece x = 0%nat) by (intros x; specialize (small x); lia).
  pose proof (E (fun _ => 0) (Z _)) as E0. pose proof (E (fun _ => 1) (Z _)) as E1. pose proof (E (fun _ => -1) (Z _)) as E2.
  unfold affine in *. simpl in *. rewrite Rabs_R0 in E0. rewrite Rabs_R1 in E1. rewrite (Rabs_left (-1)) in E2 by lra. lra.
Qed.

(** * Affine functions of affine functions *)

Lemma affine_agree n a b x y : agree n x y -> affine n a b x = affine n a b y.
Proof. intros H. unfold affine. f_equal. apply sum_ext. intros k K. rewrite H; auto. Qed.

Lemma affine_segment n a b x y t : affine n a b (segment x y t) = (1 - t) * affine n a b x + t * affine n a b y.
Proof.
  unfold affine, segment. rewrite (sum_ext n _ (fun k => (1 - t) * (a k * x k) + t * (a k * y k))) by (intros; ring).
  rewrite sum_plus, !sum_scale. ring.
Qed.

Lemma affine_compose n m a b (A : nat -> nat -> R) (B : nat -> R) (x h : nat -> R) :
  (forall j, (j < m)%nat -> h j = affine n (A j) (B j) x) ->
  affine m a b h = affine n (fun k => sum m (fun j => a j * A j k)) (sum m (fun j => a j * B j) + b) x.
Proof.
  intros H. unfold affine at 1. rewrite (sum_ext m _ (fun j => sum n (fun k => x k * (a j * A j k)) + a j * B j)).
  - rewrite sum_plus, sum_swap. unfold affine.
    rewrite (sum_ext n (fun k => sum m _) (fun k => sum m (fun j => a j * A j k) * x k)); [ring|].
    intros k K. rewrite sum_scale. ring.
  - intros j J. rewrite H by assumption. unfold affine. rewrite Rmult_plus_distr_l, <- sum_scale. f_equal.
    apply sum_ext. intros. ring.
Qed.

Lemma segment_side s u v t : 0 <= t <= 1 -> side u = s -> side v = s -> side ((1 - t) * u + t * v) = s.
Proof.
  intros [P Q] A B. destruct s.
  - apply side_true in A, B. apply side_true. apply Rplus_le_le_0_compat; apply Rmult_le_pos; lra.
  - apply side_false in A, B. apply side_false. nra.
Qed.

(** A set of points whose images lie in a convex set, where the map is affine on a convex set. *)
Lemma pull_convex n m (S C : (nat -> R) -> Prop) (f : (nat -> R) -> nat -> R) : convex S -> convex C ->
  (forall x y, agree m x y -> C x -> C y) -> (forall i, (i < m)%nat -> affine_on n S (fun x => f x i)) ->
  convex (fun x => S x /\ C (f x)).
Proof.
  intros VS VC cylinder A x y t [Sx Cx] [Sy Cy] T. split; [auto|].
  apply (cylinder (segment (f x) (f y) t)); [|auto]. intros i I. destruct (A i I) as [a [b E]].
  rewrite E by auto. unfold segment at 1. rewrite !E by auto. symmetry. apply affine_segment.
Qed.

Lemma pull_affine n m (S C : (nat -> R) -> Prop) f (h : (nat -> R) -> R) : affine_on m C h ->
  (forall i, (i < m)%nat -> affine_on n S (fun x => f x i)) -> affine_on n (fun x => S x /\ C (f x)) (fun x => h (f x)).
Proof.
  intros [a [b E]] A. enough (G : affine_on n S (fun x => affine m a b (f x))).
  { destruct G as [a' [b' G]]. exists a', b'. intros x [Sx Cx]. rewrite E by assumption. apply G, Sx. }
  clear E. induction m.
  - exists (fun _ => 0), b. intros x _. unfold affine. rewrite (sum_ext n _ (fun _ => 0)) by (intros; ring).
    rewrite sum_zero. reflexivity.
  - destruct IHm as [p [q H]]; [intros i I; apply A; lia|]. destruct (A m ltac:(lia)) as [u [v W]].
    exists (fun k => p k + a m * u k), (q + a m * v). intros x Sx. specialize (H x Sx). specialize (W x Sx).
    unfold affine in *. simpl. rewrite W.
    rewrite (sum_ext n (fun k => (p k + _) * _) (fun k => p k * x k + a m * (u k * x k))) by (intros; ring).
    rewrite sum_plus, sum_scale. lra.
Qed.

(** * The induction on pieces *)

Lemma pieces_affine n m w N (h : (nat -> R) -> nat -> R) (a : nat -> nat -> R) (b : nat -> R) :
  vector_pieces m w N h -> vector_pieces n w N (fun x => h (fun i => affine n (a i) (b i) x)).
Proof.
  intros [piece [cylinder [small H]]]. set (f := fun x i => affine n (a i) (b i) x).
  assert (G : forall i, (i < m)%nat -> affine_on n (fun _ => True) (fun x => f x i)) by (intros i _; exists (a i), (b i); reflexivity).
  exists (fun x => piece (f x)). split; [|split; [auto|]].
  - intros x y E. apply cylinder. intros i _. apply affine_agree, E.
  - intros k. destruct (H k) as [V A]. split.
    + intros x y t X Y T. apply (pull_convex n m (fun _ => True) _ f ltac:(intros ? ? ? ? ? ?; auto) V); auto.
      intros u v E <-. symmetry. auto.
    + intros i I. destruct (pull_affine n m _ _ f (fun x => h x i) (A i I) G) as [a' [b' E]]. exists a', b'. intros x X. apply E. auto.
Qed.

Theorem prop_8_pieces_affine_amended : forall (n m N : nat) (h : (nat -> R) -> R) (a : nat -> nat -> R) (b : nat -> R),
  convex_pieces m N h -> exists M, (M <= N)%nat /\ convex_pieces n M (fun x => h (fun i => affine n (a i) (b i) x)).
Proof.
  intros n m N h a b H. exists N. split; [apply le_n|]. apply (pieces_affine n m 1 N (fun x _ => h x)), H.
Qed.

Theorem prop_8_pieces_induction : forall (n m p q : nat) (first : (nat -> R) -> nat -> R) (rest : (nat -> R) -> R),
  vector_pieces n m p first -> convex_pieces m q rest -> (forall x y, agree n x y -> agree m (first x) (first y)) ->
  exists M, (M <= p * q)%nat /\ convex_pieces n M (fun x => rest (first x)).
Proof.
  intros n m S T first rest [p [cp [sp H]]] [q [cq [sq K]]] Ef. exists (S * T)%nat. split; [apply le_n|].
  exists (fun x => p x + S * q (first x))%nat. split; [|split].
  - intros x y E. rewrite (cp x y E), (cq (first x) (first y) (Ef x y E)). reflexivity.
  - intros x. specialize (sp x). specialize (sq (first x)). nia.
  - assert (digits : forall x k, (p x + S * q (first x))%nat = k <-> p x = (k mod S)%nat /\ q (first x) = (k / S)%nat).
    { intros x k. specialize (sp x). split.
      - intros E. split; [apply Nat.mod_unique with (q (first x)); lia|apply Nat.div_unique with (p x); lia].
      - intros [-> ->]. pose proof (Nat.div_mod k S ltac:(lia)). lia. }
    intros k. destruct (H (k mod S)%nat) as [V A]. destruct (K (k / S)%nat) as [V' A']. split.
    + intros x y t X Y I. apply digits. apply digits in X, Y.
      apply (pull_convex n m (fun x => p x = (k mod S)%nat) (fun z => q z = (k / S)%nat) first V V'); auto.
      intros u v E <-. symmetry. auto.
    + intros i I. destruct (pull_affine n m _ _ first rest (A' i I) A) as [a [b E]]. exists a, b. intros x X.
      apply E, digits, X.
Qed.
