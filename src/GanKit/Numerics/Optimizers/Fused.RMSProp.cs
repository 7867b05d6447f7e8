using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

internal static partial class Fused
{
    /// <inheritdoc cref="Optimizers.RmsProp(IEnumerable{RMSProp.ParamGroup}, double, double, double, double, double, bool, bool)"/>
    internal sealed class RMSProp(
        IEnumerable<TorchSharp.Modules.RMSProp.ParamGroup> groups, double learningRate, double alpha, double eps,
        double weightDecay, double momentum, bool centered, bool maximize)
        : TorchSharp.Modules.RMSProp(groups, learningRate, alpha, eps, weightDecay, momentum, centered, maximize)
    {
        public override Tensor? step(Func<Tensor>? closure = null) => FusedStep.Run<State, Options>(
            closure, _parameter_groups, parameter => _state[parameter.Handle], _ => TensorScript.IsAvailable, () => base.step(), Step);

        private static void Step(Options options, List<FusedEntry<State>> entries)
        {
            foreach (var (parameter, _, state) in entries)
            {
                state.step++;
                TensorLayout.Reorder(ref state.square_avg, parameter);
            }

            foreach (var call in entries.Calls(entry => entry.Kind))
            {
                if (IsPlain(options) && FusedKernel.Adam.Supports(call[0].Parameter))
                    StepAsAdam(options, call);
                else
                    StepInParts(options, call);
            }
        }

        /// <summary>
        /// Adam's kernel computes this where nothing but the squares is averaged: with beta1 = 0 and after very many
        /// steps.
        /// </summary>
        private static bool IsPlain(Options options) =>
            options.centered is not true && options.momentum is not > 0 && options.alpha is < 1;

        private static void StepAsAdam(Options options, IReadOnlyList<FusedEntry<State>> call) => TensorScript.Invoke(
            "rmsprop_plain_", call.Parameters(), call.Gradients(), call.Kept(state => state.square_avg),
            options.LearningRate!, options.alpha!, options.eps!, options.weight_decay!, options.maximize is true);

        /// <summary>
        /// One operation for all tensors, where that is one kernel; else one tensor after the other, which is kinder to the
        /// processor's caches.
        /// </summary>
        private static void StepInParts(Options options, IReadOnlyList<FusedEntry<State>> call) => TensorScript.Invoke(
            call[0].Parameter.device_type == DeviceType.CUDA ? "rmsprop_foreach_" : "rmsprop_",
            call.Parameters(), call.Gradients(), call.Kept(state => state.square_avg), call.Kept(state => state.grad_avg),
            call.Kept(state => state.momentum_buffer), options.LearningRate!, options.alpha!, options.eps!,
            options.weight_decay!, options.momentum!, options.centered is true, options.maximize is true);
    }
}
