using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using GanKit.Benchmarks;
using GanKit.Benchmarks.Learning;

if (args is ["learn", .. var system])
    return LearnCommand.Run(system);

// BenchmarkDotNet's arguments all begin with a dash; the harness's begin with a command's name.
if (args is [var first, ..] && !first.StartsWith('-'))
    return BenchmarkCommand.Run(args);

// In this process: a generated project would not know which native backend this one copies beside the program. Fifteen
// iterations: with three, the intervals are wider than the differences. A default, so that --iterationCount
// and the like change it instead of adding a second job.
var config = DefaultConfig.Instance.AddJob(
    Job.Default.WithWarmupCount(5).WithIterationCount(15).WithToolchain(InProcessEmitToolchain.Instance).AsDefault());
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return 0;
