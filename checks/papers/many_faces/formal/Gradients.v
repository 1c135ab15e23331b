(** Proposition 9: gradients in 1-Lipschitz networks; averages of Jacobians. *)
From Coq Require Import Reals Lra Lia List ClassicalEpsilon.
From Coquelicot Require Import Coquelicot.
From ManyFaces Require Import Spaces Euclid.
Import ListNotations.
Open Scope R_scope.

(** 1-Lipschitz maps R^m -> R^n, and chains of such layers from R^m to R^n. *)
Definition minus_vector (x y : nat -> R) (i : nat) := x i - y i.
Definition lipschitz_map (m n : nat) (h : (nat -> R) -> nat -> R) :=
  forall x y, length2 n (minus_vector (h x) (h y)) <= length2 m (minus_vector x y).
Inductive lipschitz_layers : nat -> nat -> ((nat -> R) -> nat -> R) -> Prop :=
  | no_layer n : lipschitz_layers n n (fun x => x)
  | next_layer m n p h rest : lipschitz_map m n h -> lipschitz_layers n p rest -> lipschitz_layers m p (fun x => rest (h x)).

(** The gradient of the loss at the output z, and the derivatives of a function of w, along every direction. *)
Definition gradient_at (n : nat) (loss : (nat -> R) -> R) (z g : nat -> R) := forall e, 0 < e -> exists d, 0 < d /\
  forall y, length2 n (minus_vector y z) < d -> Rabs (loss y - loss z - dot n g (minus_vector y z)) <= e * length2 n (minus_vector y z).

Lemma layers_lipschitz m n f : lipschitz_layers m n f -> lipschitz_map m n f.
Proof.
  induction 1 as [n|m n p h rest H _ IH]; intros x y; [apply Rle_refl|]. apply Rle_trans with (1 := IH (h x) (h y)), H.
Qed.

(** A derivative along a line through the layers is at most the loss's gradient times the speed. *)
Lemma speed_limit m n rest loss g (u v : nat -> R) D : lipschitz_map m n rest -> gradient_at n loss (rest u) g ->
  is_derive (fun t => loss (rest (fun i => u i + t * v i))) 0 D ->
  (forall x y, (forall i, (i < m)%nat -> x i = y i) -> forall i, (i < n)%nat -> rest x i = rest y i) ->
  Rabs D <= length2 n g * length2 m v.
Proof.
Abort.
