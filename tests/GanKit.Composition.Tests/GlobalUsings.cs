global using GanKit;
global using GanKit.Checkpoints;
global using GanKit.Layers;
global using GanKit.Tests;
global using TorchSharp;
global using static TorchSharp.torch;
global using static TorchSharp.torch.nn;
