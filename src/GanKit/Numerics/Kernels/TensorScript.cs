using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// libtorch's operations on many tensors at once, which TorchSharp does not bind, and its gradients, whose failures TorchSharp
/// does not catch: reached through small functions of TorchScript.
/// </summary>
internal static class TensorScript
{
    // An operation that is called here is in NativeNames.Operations. In TorchScript 6 is float32.
    private const string Source =
        """
        def adam_(params: List[Tensor], grads: List[Tensor], exp_avgs: List[Tensor], exp_avg_sqs: List[Tensor],
                  max_exp_avg_sqs: List[Tensor], step: float, lr: float, beta1: float, beta2: float, weight_decay: float,
                  eps: float, amsgrad: bool, maximize: bool) -> None:
            steps = [torch.full([], step, dtype=6, device=params[0].device)] * len(params)
            torch._fused_adam_(params, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, steps, lr=lr, beta1=beta1, beta2=beta2,
                               weight_decay=weight_decay, eps=eps, amsgrad=amsgrad, maximize=maximize)

        def adamw_(params: List[Tensor], grads: List[Tensor], exp_avgs: List[Tensor], exp_avg_sqs: List[Tensor],
                   max_exp_avg_sqs: List[Tensor], step: float, lr: float, beta1: float, beta2: float, weight_decay: float,
                   eps: float, amsgrad: bool, maximize: bool) -> None:
            steps = [torch.full([], step, dtype=6, device=params[0].device)] * len(params)
            torch._fused_adamw_(params, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, steps, lr=lr, beta1=beta1, beta2=beta2,
                                weight_decay=weight_decay, eps=eps, amsgrad=amsgrad, maximize=maximize)

        def sgd_(params: List[Tensor], grads: List[Tensor], momentum_buffers: List[Tensor], lr: float, momentum: float,
                 dampening: float, weight_decay: float, nesterov: bool, maximize: bool, is_first_step: bool) -> None:
            torch._fused_sgd_(params, grads, momentum_buffers, weight_decay=weight_decay, momentum=momentum, lr=lr,
                              dampening=dampening, nesterov=nesterov, maximize=maximize, is_first_step=is_first_step)

        def descent(params: List[Tensor], grads: List[Tensor], weight_decay: float, maximize: bool) -> List[Tensor]:
            descents = grads
            if maximize:
                descents = torch._foreach_neg(descents)
            if weight_decay != 0:
                descents = torch._foreach_add(descents, params, alpha=weight_decay)
            return descents

        def rmsprop_plain_(params: List[Tensor], grads: List[Tensor], square_avgs: List[Tensor], lr: float, alpha: float,
                           eps: float, weight_decay: float, maximize: bool) -> None:
            descents = descent(params, grads, weight_decay, maximize)
            nothing: List[Tensor] = []
            steps = [torch.full([], 1e30, dtype=6, device=params[0].device)] * len(params)
            torch._fused_adam_(params, descents, descents, square_avgs, nothing, steps, lr=lr, beta1=0.0, beta2=alpha,
                               weight_decay=0.0, eps=eps, amsgrad=False, maximize=False)

        def rmsprop_foreach_(params: List[Tensor], grads: List[Tensor], square_avgs: List[Tensor], grad_avgs: List[Tensor],
                             momentum_buffers: List[Tensor], lr: float, alpha: float, eps: float, weight_decay: float,
                             momentum: float, centered: bool, maximize: bool) -> None:
            descents = descent(params, grads, weight_decay, maximize)
            torch._foreach_mul_(square_avgs, alpha)
            torch._foreach_addcmul_(square_avgs, descents, descents, 1 - alpha)
            if centered:
                torch._foreach_lerp_(grad_avgs, descents, 1 - alpha)
                avgs = torch._foreach_addcmul(square_avgs, grad_avgs, grad_avgs, -1.0)
                torch._foreach_sqrt_(avgs)
            else:
                avgs = torch._foreach_sqrt(square_avgs)
            torch._foreach_add_(avgs, eps)
            if momentum > 0:
                torch._foreach_mul_(momentum_buffers, momentum)
                torch._foreach_addcdiv_(momentum_buffers, descents, avgs)
                torch._foreach_add_(params, momentum_buffers, alpha=-lr)
            else:
                torch._foreach_addcdiv_(params, descents, avgs, -lr)

        def rmsprop_(params: List[Tensor], grads: List[Tensor], square_avgs: List[Tensor], grad_avgs: List[Tensor],
                     momentum_buffers: List[Tensor], lr: float, alpha: float, eps: float, weight_decay: float,
                     momentum: float, centered: bool, maximize: bool) -> None:
            for i in range(len(params)):
                grad = grads[i]
                if maximize:
                    grad = grad.neg()
                if weight_decay != 0:
                    grad = grad.add(params[i], alpha=weight_decay)
                square_avgs[i].mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
                if centered:
                    grad_avgs[i].lerp_(grad, 1 - alpha)
                    avg = square_avgs[i].addcmul(grad_avgs[i], grad_avgs[i], value=-1).sqrt_()
                else:
                    avg = square_avgs[i].sqrt()
                avg.add_(eps)
                if momentum > 0:
                    momentum_buffers[i].mul_(momentum).addcdiv_(grad, avg)
                    params[i].add_(momentum_buffers[i], alpha=-lr)
                else:
                    params[i].addcdiv_(grad, avg, value=-lr)

        def lerp_(targets: List[Tensor], ends: List[Tensor], weight: float) -> None:
            torch._foreach_lerp_(targets, ends, weight)

        def copy_(targets: List[Tensor], sources: List[Tensor]) -> None:
            torch._foreach_copy_(targets, sources)

        def norm(tensors: List[Tensor]) -> Tensor:
            return torch.stack(torch._foreach_norm(tensors)).norm()

        def norms(tensors: List[Tensor]) -> Tensor:
            return torch.stack([each.to(6) for each in torch._foreach_norm(tensors)])

        def mul_(tensors: List[Tensor], factor: Tensor) -> None:
            torch._foreach_mul_(tensors, factor)

        def gradient(output: Tensor, input: Tensor, differentiable: bool) -> Optional[Tensor]:
            return torch.autograd.grad([output], [input], retain_graph=differentiable, create_graph=differentiable,
                                       allow_unused=True)[0]

        """;

    /// <summary>The consequence for optimisers where a kernel is missing.</summary>
    internal const string TensorByTensor = "Optimisers then compute the same tensor by tensor, which takes longer.";

    private static readonly Lazy<jit.CompilationUnit?> Unit = new(Compile);

    /// <summary>Whether libtorch has all of them. Where not, callers do the same tensor by tensor.</summary>
    internal static bool IsAvailable => Unit.Value is not null;

    /// <summary>Runs a function.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="arguments">Tensors, arrays of tensors, doubles and booleans.</param>
    /// <returns>A tensor, or null where it returns nothing.</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">An operation can't do that.</exception>
    internal static Tensor? Invoke(string function, params object[] arguments)
    {
        // TorchSharp makes native numbers of doubles, and the collector may free them before they are read. These live on.
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is double number)
                arguments[i] = (Scalar)number;
        }

        try
        {
            return (Tensor?)Unit.Value!.invoke(function, arguments);
        }
        finally
        {
            foreach (var argument in arguments)
                (argument as Scalar)?.Dispose();
        }
    }

    private static jit.CompilationUnit? Compile()
    {
        NativeBackend.EnsureLoaded();
        // An unknown operation would end the process: TorchSharp does not catch what TorchScript's compiler then throws.
        return LoadedLibtorch.FindMissing(NativeNames.Operations) is null ? jit.compile(Source) : null;
    }
}
